// What a question is about: who uses a name, where it is defined, or anything else. Pure.

export type Question = { type: "uses"; name: string } | { type: "definition"; name: string } | { type: "other" };

const asking =
  /^(?:where|how|what|which|who|why|when|whose|does|do|is|are|can|could|should|explain|describe|show|list|find|tell|summari[sz]e)\b/i;

export function isQuestion(instruction: string): boolean {
  return asking.test(instruction.trim()) || /\?\s*$/.test(instruction);
}

const usesForms = [
  /\b(?:what|who|which\s+\w+)\s+(?:all\s+)?(?:calls?|uses?|references?|invokes?|imports?|depends?\s+on)\s+(?<about>.+)/is,
  /\b(?:callers?|usages?|uses|references|call\s+sites?)\s+(?:of|to|for)\s+(?<about>.+)/is,
  /\bwhere\s+(?:is|are|do\s+we|does\s+it)\s+(?<about>.+?)\s+(?:used|called|referenced|invoked|imported)\b/is,
  /\bwhere\s+(?:do|does)\s+\w+\s+(?:use|call|reference|import)\s+(?<about>.+)/is,
];
const definitionForms = [
  /\bwhere\s+(?:is|are|can\s+i\s+find)\s+(?<about>.+)/is,
  /\bwhat\s+(?:is|are|does)\s+(?<about>.+)/is,
];

export function parseQuestion(question: string): Question {
  const uses = aboutOf(question, usesForms);
  if (uses !== undefined) return { type: "uses", name: uses };
  const definition = aboutOf(question, definitionForms);
  return definition === undefined ? { type: "other" } : { type: "definition", name: definition };
}

function aboutOf(question: string, forms: readonly RegExp[]): string | undefined {
  for (const form of forms) {
    const about = form.exec(question)?.groups?.["about"];
    const name = about === undefined ? undefined : findName(about);
    if (name !== undefined) return name;
  }
  return undefined;
}

const filler =
  /\b(?:the|a|an|our|this|that|function|method|class|type|variable|constant|module|symbol|interface|struct|defined|declared|implemented|located|in|code|here|do|mean)\b/gi;

/** A name of code in words: quoted, or written like one, or the only word that carries meaning. */
function findName(text: string): string | undefined {
  const quoted = /[`'"“]([\p{L}\p{N}_$.:#]+(?:\(\))?)[`'"”]/u.exec(text)?.[1];
  const written = /[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#)[\p{L}_$][\p{L}\p{N}_$]*)*/gu;
  const words = text.match(written) ?? [];
  const looksLikeCode = words.find((word) => /[_$:#]|\w\.\w|\p{Ll}\p{Lu}|\d/u.test(word) || text.includes(`${word}(`));
  const plain = text.replaceAll(filler, " ").match(written) ?? [];
  const name = quoted ?? looksLikeCode ?? (plain.length === 1 ? plain[0] : undefined);
  return name
    ?.replace(/\(\)$/, "")
    .split(/\.|::|#/)
    .at(-1);
}
