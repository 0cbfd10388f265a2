// Whether something that looks like a call is one, or is shown to the reader: in quotes, in the middle of a sentence, as an example. Pure.
// Leans to "shown": a call that is not made costs a step, one that was never meant may cost more.

const maxLookBack = 400;
const maxAnnouncement = 400;

const exampleWords =
  /\b(?:for (?:example|instance)|e\.g\.|examples?|samples?|such as|looks? like|like (?:this|so|these)|(?:would|could|might) (?:be|look|call|use|write|send|have)|(?:you|one|they|users?|models?|it|agents?|assistants?) (?:can|could|would|should|may|might|must|will|needs? to|has to|have to) (?:then |also |now )?(?:call|use|write|send|make|invoke|run|reply|answer|print|output|emit|respond)|in (?:the|this|that) (?:\w+ )?(?:format|form|syntax)|(?:format|syntax|form) is|(?:is|are) the (?:format|syntax|form)\b|instead of|rather than|(?:do not|don't|never|avoid|shouldn't|should not|must not|not) (?:call|use|write|send|run|execute|do)|to (?:call|use|invoke) (?:it|the|this|a|an)\b|is how)\b/i;
/** Somebody else's words are about to be quoted. */
const quotation =
  /\b(?:readme|documentation|docs?|logs?|transcripts?|files?|prompts?|tests?|fixtures?|messages?|user|output|comment|line|page|instructions?|spec)\b[^.!?\n]{0,60}\b(?:says?|said|contains?|shows?|prints?|printed|holds?|has|reads?|wrote|writes|includes?|is)\b[^.!?\n]{0,40}[:.]?\s*$/i;
const intention =
  /^(?:(?:ok(?:ay)?|sure|now|first|next|then|so|alright|great)\b[,.!:]?\s*)*(?:i\b|i[’']|let me|let[’']s|let us|we\b|going to)/i;
const strongExample = /\b(?:for (?:example|instance)|e\.g\.|examples?|is how|like (?:this|so))\b/i;

/** Whether the text before `start` says that what follows is only shown. */
export function isShown(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - maxLookBack), start).trimEnd();
  const paragraph = before.slice(before.search(/[^\n]*$/));
  const sentence = paragraph.split(/(?<=[.!?])\s+(?=\S)/).at(-1) ?? "";
  if (sentence === "") return false;
  if (intention.test(sentence)) return strongExample.test(sentence);
  return exampleWords.test(sentence) || quotation.test(sentence);
}

/** Whether the sentence before a block goes on behind it, about it. */
export function isExplainedBehind(text: string, end: number): boolean {
  return /^\s*(?:is|was|are|would|could|might|shows|looks)\b/.test(text.slice(end, end + maxLookBack));
}

const beginning = /(?:^|[.:!?…—>\]})|–-])[ \t]*$/;

/** Whether `at` is where something of its own may begin: a line, or what follows the end of a sentence. */
export function standsApart(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - maxLookBack), at);
  return beginning.test(before.slice(before.lastIndexOf("\n") + 1));
}

/** Whether it is held by a quote or code mark. */
export function isQuotedAt(text: string, at: number): boolean {
  return at > 0 && /["'`“”«„]/.test(text[at - 1] ?? "");
}

const announcement =
  /^(?:i\b|i[’'](?:ll|m)|we\b|let me|let[’']s|then|next|after|once|now|please|waiting|this (?:will|should|lets|call|tool|reads|lists|searches|runs|is needed)|(?:the|its|your) (?:result|output|tool))/i;

/** Whether what stands behind a call without marks leaves it a call: nothing, or a short word on what comes next. */
export function mayStandBehind(rest: string): boolean {
  const text = rest.trim();
  if (text === "") return true;
  if (text.length > maxAnnouncement || !/^[ \t]*\r?\n/.test(rest)) return false;
  return announcement.test(text) && !exampleWords.test(text) && !/[{}[\]`]/.test(text);
}
