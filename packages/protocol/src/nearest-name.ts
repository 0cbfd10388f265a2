// The name that was probably meant: the one with the fewest letters added, left out, changed or swapped. Pure; case does not count.

export function nearestName(wrong: string, names: readonly string[]): string {
  const scored = names.map((name) => ({ name, distance: countEdits(wrong.toLowerCase(), name.toLowerCase()) }));
  return scored.toSorted((a, b) => a.distance - b.distance)[0]?.name ?? "";
}

/** Optimal string alignment distance: row by row, with the two rows before at hand. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const now = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      now[column] = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = now;
  }
  return last[to.length] ?? 0;
}
