// What a person answers to a change that was shown. A word that is none of the answers decides nothing, and is not passed over either.

export type Verdict = "accept" | "reject" | "review" | "later";

/** Undefined: none of the answers. Nothing at all is "later". */
export function readVerdict(answer: string | null): Verdict | undefined {
  if (answer === null || /^(l(ater)?)?$/i.test(answer)) return "later";
  if (/^y(es)?$/i.test(answer)) return "accept";
  if (/^no?$/i.test(answer)) return "reject";
  if (/^(p(art( by part)?)?|e(dit)?)$/i.test(answer)) return "review";
  return undefined;
}

/** `parts`: hunks and files that are decided by themselves. */
export function verdictQuestion(parts: number): { question: string; help: string } {
  const [letter, way] = parts > 1 ? ["p", "[p]art by part"] : ["e", "[e]dit or reject with a reason"];
  return {
    question: `\nApply it to your checkout? [y]es, [n]o, ${way}, [l]ater:`,
    help: `answer y, n, ${letter} or l; with ${letter} you are asked for a reason, which goes to the model`,
  };
}
