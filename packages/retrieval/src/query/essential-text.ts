// What a query says, without what forms and browsers put around it: hidden comments, headings and check boxes of issue templates, lists of
// versions, addresses. A short query is a question and stays as it is. Pure, one pass of bounded patterns each.
import { withoutFormSections } from "./form-sections.ts";

/** A body of fewer characters makes no title of the line above it. */
const bodyCharacters = 20;
/** Of a title before the text with it. */
const titleRepeats = 3;
/** Shorter texts have no form around them. */
const formCharacters = 200;
const hiddenComment = /<!--[\s\S]{0,4000}?-->/g;
/** A file at a code host keeps its path: …/blob/REF/PATH, with the line if there is one. */
const fileAddress =
  /https?:\/\/[^\s/]{1,100}\/[^\s/]{1,100}\/[^\s/]{1,100}\/(?:blob|tree|raw|src)\/[^\s/]{1,100}\/([^\s#?)\]>"']{1,300})(?:#L(\d{1,7}))?\S{0,40}/g;
/** A file that a browser loaded, in a trace of it: the place in the file. */
const servedFile =
  /https?:\/\/[^\s/]{1,100}\/([^\s?#()"']{1,300}\.[a-zA-Z]{1,7})(?:\?[^\s:()]{0,100})?:(\d{1,7})(?::\d{1,7})?/g;
const address = /https?:\/\/[^\s)\]>"'`]{1,500}/g;
/** With the further lines of its item. */
const checkBox = /^(\s{0,12})[-*] \[[ xX]\] .*$(?:\n\1 {1,6}[^\s*-].*$){0,6}/gm;
const heading =
  /^\s{0,8}(?:#{1,6}\s{0,4}|\*\*)?(?:describe the (?:bug|issue|problem)|(?:bug )?description|summary|to reproduce|steps? (?:to|for) reproduc\w{1,6}|reproduc\w{1,6}|minimal (?:reproducible )?example|what (?:happened|did you (?:do|expect|see)|is the (?:current|expected) behaviou?r)|(?:expected|actual|current) (?:behaviou?r|results?|output)|(?:your )?environment|(?:system|version) info\w{0,8}|versions?|additional (?:context|information|notes)|checklist|motivation|proposed solution|screenshots?|logs?|is there an existing issue[^\n]{0,60})(?: of the bug)?[?:]?\s{0,4}(?:\*\*)?[?:]?\s{0,8}$/gim;
const version =
  /^\s{0,8}(?:[-*] )?(?:\*\*)?(?:python|node(?:\.?js)?|npm|yarn|go|rust\w{0,2}|java|jdk|ruby|php|os|operating system|platform|kernel|browser|package|library|framework|docker|(?:\w{1,24} )?version)(?: version)?(?:\*\*)?\s{0,4}[:=][^\n]{0,80}$/gim;

export function essentialText(query: string): string {
  const named = query
    .replace(fileAddress, (_, path: string, line: string | undefined) =>
      line === undefined ? path : `${path}:${line}`,
    )
    .replace(servedFile, "$1:$2")
    .replace(address, " ");
  if (query.length < formCharacters) return keepSome(named, query);
  const filled = withoutFormSections(named.replace(hiddenComment, " ").replace(checkBox, ""));
  const essential = filled.replace(heading, "").replace(version, "");
  return keepSome(essential, query);
}

/** The text that a query's vector is of: what a longer text is about stands in its title, which counts more. */
export function textToEmbed(query: string): string {
  const essential = essentialText(query).trim();
  const title = essential.split("\n", 1)[0] ?? "";
  if (essential.length - title.length < bodyCharacters) return essential;
  return [...Array.from({ length: titleRepeats }, () => title), essential].join("\n");
}

/** A text that is nothing but form is taken as it is. */
function keepSome(essential: string, query: string): string {
  return /[\p{L}\p{N}]/u.test(essential) ? essential : query;
}
