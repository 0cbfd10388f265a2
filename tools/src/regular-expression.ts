// Regular expressions as models write them (JavaScript, Perl) → POSIX extended, where there is a direct counterpart.
// Lookaround, named groups and lazy quantifiers have none: they stay, and git says what is wrong with them.

/** What each stands for between brackets. */
const classes: Record<string, string> = { d: "0-9", w: "[:alnum:]_", s: "[:space:]", t: "\t" };

export function toExtendedExpression(pattern: string): { pattern: string; ignoreCase: boolean } {
  const ignoreCase = pattern.startsWith("(?i)");
  const source = (ignoreCase ? pattern.slice(4) : pattern)
    .replaceAll("(?:", "(")
    .replaceAll(/\[\\([dws])\\([DWS])\]/g, ".");
  let result = "";
  for (let at = 0; at < source.length; ) {
    if (source[at] === "[") {
      const end = endOfBrackets(source, at);
      result += convertBrackets(source.slice(at, end));
      at = end;
    } else if (source[at] === "\\") {
      result += convertEscape(source[at + 1] ?? "");
      at += 2;
    } else {
      result += source[at];
      at += 1;
    }
  }
  return { pattern: result, ignoreCase };
}

function convertEscape(character: string): string {
  const positive = classes[character];
  if (positive !== undefined) return `[${positive}]`;
  const negative = classes[character.toLowerCase()];
  return negative !== undefined && character !== "T" ? `[^${negative}]` : `\\${character}`;
}

/** POSIX has no escapes between brackets: "]" is plain when it comes first, "-" when it comes last, "^" anywhere else. */
function convertBrackets(source: string): string {
  if (!source.includes("\\") || !source.endsWith("]")) return source;
  const isNegated = source[1] === "^";
  let first = "";
  let last = "";
  const rest = source.slice(isNegated ? 2 : 1, -1).replaceAll(/\\(.)/gs, (_, character: string) => {
    if (character === "]") first = "]";
    else if (character === "-" || character === "^") last = character === "-" ? `${last}-` : `^${last}`;
    else return classes[character] ?? character;
    return "";
  });
  const isOnlyCaret = first + rest === "" && last === "^" && !isNegated;
  return isOnlyCaret ? "\\^" : `[${isNegated ? "^" : ""}${first}${rest}${last}]`;
}

/** Behind the closing bracket; a "]" that comes first, a `[:class:]` and an escaped one do not close. */
function endOfBrackets(source: string, start: number): number {
  let at = start + 1;
  if (source[at] === "^") at++;
  if (source[at] === "]") at++;
  while (at < source.length && source[at] !== "]") {
    if (source[at] === "\\") at += 2;
    else if (source.startsWith("[:", at) && source.indexOf(":]", at) > 0) at = source.indexOf(":]", at) + 2;
    else at++;
  }
  return Math.min(source.length, at + 1);
}
