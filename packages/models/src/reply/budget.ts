// How much reading one reply is worth: characters, a fixed multiple of its length, so that no text makes reading it slower than linear.
// Invariant: once it is spent it stays spent, and every reader gives up.

export interface Budget {
  /** Takes `characters`; false when there are not enough left. */
  spend(characters: number): boolean;
  readonly isSpent: boolean;
}

const readingsPerCharacter = 24;
const minimumCharacters = 20_000;

export function createBudget(textLength: number): Budget {
  let left = textLength * readingsPerCharacter + minimumCharacters;
  return {
    spend(characters) {
      // A reading that found nothing costs something too.
      left -= characters + 1;
      return left > 0;
    },
    get isSpent() {
      return left <= 0;
    },
  };
}
