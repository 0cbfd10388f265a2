// The sections of a form: headings that ask a question or name a field, and what stands under those that ask for versions, systems and
// checklists. A person's sentences stay wherever they stand. What looks like a heading inside of a code fence is none.

type Subject = "surroundings" | "report" | "question" | "matter";

interface Section {
  heading: string;
  subject: Subject;
  body: string[];
}

/** A line of so many words is a person's sentence, even where a form asked for a version. */
const sentenceWords = 8;
/** Longer headings are sentences. */
const headingWords = 16;
const fence = /^\s{0,12}(?:```|~~~)/;
const listItem = /^\s{0,12}(?:[-*>|]|\d{1,3}\.)\s/;
const markdownHeading = /^\s{0,3}#{1,6}\s{0,8}(.{0,200})$/;
const boldHeading = /^\s{0,3}\*\*([^*]{1,200})\*\*:?\s{0,8}$/;
const lastParentheses = /\s{0,4}\([^)]{0,120}\)?$/;
const surroundings =
  /\b(?:versions?|operating systems?|os|platform|environment|system info\w{0,8}|package manager)$|^(?:which|what) (?:os|operating system|version|platform)\b|^what is your .{1,60} version\b|^(?:pre-?check\w{0,4}|check ?list|validations?|how to use github)$/i;
/** "Output of `tool diagnose`:", before a fence. */
const report =
  /^\s{0,8}(?:output|result) of `[^`]{1,100}(?:diagnose|doctor|report|info|version|freeze)\b[^`]{0,100}`:?\s{0,8}$/i;
/** A question, or an instruction with an example of an answer. */
const question = /\?$|\((?:e\.?g\.?|or url|output (?:of|from))\b/i;

/** `text` begins with its title, which stays. */
export function withoutFormSections(text: string): string {
  const sections = splitSections(text.split("\n"));
  return sections.flatMap((section, at) => keptLines(section, at === sections.length - 1)).join("\n");
}

function splitSections([title = "", ...lines]: readonly string[]): Section[] {
  const sections: Section[] = [{ heading: title, subject: "matter", body: [] }];
  let isFenced = false;
  for (const line of lines) {
    if (fence.test(line)) isFenced = !isFenced;
    const subject = isFenced ? null : subjectOf(line);
    if (subject === null) sections.at(-1)?.body.push(line);
    else sections.push({ heading: line, subject, body: [] });
  }
  return sections;
}

/** Of what the section under this heading is; null when the line is no heading. */
function subjectOf(line: string): Subject | null {
  if (report.test(line)) return "report";
  const text = (markdownHeading.exec(line)?.[1] ?? boldHeading.exec(line)?.[1])?.replace(/[:*#\s]{1,20}$/, "").trim();
  if (text === undefined || text.split(/\s+/).length > headingWords) return null;
  if (surroundings.test(text.replace(lastParentheses, ""))) return "surroundings";
  return question.test(text) ? "question" : "matter";
}

function keptLines({ heading, subject, body }: Section, isLast: boolean): string[] {
  if (subject === "matter") return [heading, ...body];
  if (subject === "question") return body;
  // No heading ends the last section, and none ends a report: their first block does.
  const end = subject === "report" || isLast ? firstBlockEnd(body) : body.length;
  return [...sentences(body.slice(0, end)), ...body.slice(end)];
}

function firstBlockEnd(body: readonly string[]): number {
  let [isFenced, isEmpty] = [false, true];
  for (const [at, line] of body.entries()) {
    if (fence.test(line)) isFenced = !isFenced;
    if (line.trim() !== "") isEmpty = false;
    else if (!isEmpty && !isFenced) return at;
  }
  return body.length;
}

function sentences(lines: readonly string[]): string[] {
  let isFenced = false;
  return lines.filter((line) => {
    if (fence.test(line)) isFenced = !isFenced;
    return !isFenced && !listItem.test(line) && line.trim().split(/\s+/).length >= sentenceWords;
  });
}
