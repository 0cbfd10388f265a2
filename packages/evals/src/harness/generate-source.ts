// Python source that looks like somebody's: many names, few repeated. The same number gives the same text.

const nouns =
  "invoice order customer parcel route stock ledger account token session packet cursor buffer matrix graph node edge schema query index report filter batch worker queue lease window frame".split(
    " ",
  );
const verbs =
  "load store parse render merge split rank fetch apply revert count total check resolve encode decode compress align project collect".split(
    " ",
  );

export function generateModule(seed: number, functions: number): string {
  const next = createRandom(seed + 1);
  const pick = (words: string[]): string => words[next() % words.length] ?? "";
  const text = [`"""Module ${seed}: ${pick(verbs)} and ${pick(verbs)} of ${pick(nouns)}s."""`, "import math", ""];
  for (let index = 0; index < functions; index++) {
    const [verb, noun, other] = [pick(verbs), pick(nouns), pick(nouns)];
    text.push("", `def ${verb}_${noun}_${seed}_${index}(${noun}, ${other}_limit, options=None):`);
    text.push(`    """${verb}s the ${noun} until ${other} ${next() % 900} is reached."""`);
    for (let line = 0; line < 12; line++) {
      const [name, value] = [`${pick(verbs)}ed_${pick(nouns)}`, `${pick(nouns)}_${next() % 500}`];
      text.push(`    ${name} = math.floor(${noun}.${value} * ${next() % 9973}) + len(str(${other}_limit))`);
      if (line % 4 === 3) text.push(`    if ${name} > ${other}_limit:`, `        return ${name}`);
    }
    text.push(`    return ${noun}`, "");
  }
  return text.join("\n");
}

/** Numerical Recipes' linear congruential generator; the high bits, because the low ones repeat soon. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
