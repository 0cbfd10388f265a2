// Reads a shell line that is nothing but commands with literal words, joined by && || ; | and line ends. Everything else is not plain.
// Covered: what sh, dash and bash all read the same way. Not covered, and so never plain: expansions of any kind, globs, braces, tilde,
// here-documents, redirections to files, groups, functions, keywords, background, comments, history, characters beyond ASCII outside quotes.
// The tree of tree-sitter is the second opinion (`second-opinion.ts`): both must have found the same words.

export interface PlainCommand {
  /** In front of the program: NAME=value. */
  assignments: { name: string; value: string }[];
  argv: string[];
  /** What joins it to the command before; null: it is the first. */
  joint: "&&" | "||" | ";" | "|" | null;
}

export type PlainLine = { plain: true; commands: PlainCommand[] } | { plain: false; why: string };

export const maxLineCharacters = 8_000;
const maxCommands = 64;

const bareCharacter = /[A-Za-z0-9_@%+=:,./^-]/;
/** Escaped by a backslash outside of quotes these stand for themselves in every shell. */
const escapable = /[ -/:-@[-`{-~]/;
const keywords = new Set(
  "if then elif else fi for while until do done case esac in select function coproc { } ! [[ ]]".split(" "),
);
const harmlessRedirect = /^(?:2>&1|1>&2|>&2|(?:[12]|&)?>\s?\/dev\/null|<\s?\/dev\/null)(?=$|[\s;|&])/;

interface Word {
  text: string;
  /** Written without quotes and backslashes: a keyword or an assignment counts only so. */
  bare: boolean;
}

class NotPlain extends Error {}

export function readPlainLine(line: string): PlainLine {
  if (line.length > maxLineCharacters) return { plain: false, why: `is longer than ${maxLineCharacters} characters` };
  try {
    const commands = readCommands(line);
    if (commands.length === 0) return { plain: false, why: "has no command in it" };
    return { plain: true, commands };
  } catch (error) {
    if (error instanceof NotPlain) return { plain: false, why: error.message };
    throw error;
  }
}

function readCommands(line: string): PlainCommand[] {
  const commands: PlainCommand[] = [];
  let words: Word[] = [];
  let joint: PlainCommand["joint"] = null;
  let at = 0;
  const end = (next: PlainCommand["joint"], isRequired: boolean): void => {
    if (words.length > 0) commands.push({ ...toCommand(words), joint });
    else if (isRequired) throw new NotPlain("has an operator with nothing before it");
    if (words.length > 0 || commands.length === 0) joint = commands.length === 0 ? null : next;
    if (commands.length > maxCommands) throw new NotPlain(`has more than ${maxCommands} commands`);
    words = [];
  };
  while (at < line.length) {
    const rest = line.slice(at, at + 20);
    const operator = /^(?:&&|\|\||\|(?!&)|;(?!;)|\n)/.exec(rest)?.[0];
    const redirect = harmlessRedirect.exec(rest)?.[0];
    if (/^[ \t]/.test(rest)) at++;
    else if (operator) {
      end(operator === "\n" ? ";" : (operator as PlainCommand["joint"]), operator !== "\n");
      at += operator.length;
      if (operator !== ";" && operator !== "\n") requireMore(line, at, operator);
    } else if (redirect && isWordStart(line, at)) {
      if (words.length === 0) throw new NotPlain("has a redirection before its program");
      at += redirect.length;
    } else {
      const read = readWord(line, at);
      words.push(read.word);
      at = read.end;
    }
  }
  end(null, false);
  return commands;
}

function isWordStart(line: string, at: number): boolean {
  return at === 0 || /[\s;|&]/.test(line[at - 1] ?? "");
}

function requireMore(line: string, at: number, operator: string): void {
  if (!/^[ \t]*[^\s;|&]/.test(line.slice(at))) throw new NotPlain(`has nothing after "${operator}"`);
}

function readWord(line: string, start: number): { word: Word; end: number } {
  let text = "";
  let bare = true;
  let at = start;
  // Braces with nothing in them stand for themselves.
  if (/^\{\}(?=[ \t\n;|&]|$)/.test(line.slice(start, start + 3)))
    return { word: { text: "{}", bare: false }, end: start + 2 };
  while (at < line.length) {
    const character = line[at] ?? "";
    if (/[ \t\n;|&]/.test(character)) break;
    if (character === "'") {
      const close = line.indexOf("'", at + 1);
      if (close < 0) throw new NotPlain("has a quote that is not closed");
      text += line.slice(at + 1, close);
      at = close + 1;
      bare = false;
    } else if (character === '"') {
      const quoted = readDoubleQuoted(line, at + 1);
      text += quoted.text;
      at = quoted.end;
      bare = false;
    } else if (character === "\\") {
      const next = line[at + 1] ?? "";
      if (!escapable.test(next)) throw new NotPlain(`has a backslash before ${JSON.stringify(next)}`);
      text += next;
      at += 2;
      bare = false;
    } else if (bareCharacter.test(character) || isLiteralTilde(line, at, start)) {
      text += character;
      at++;
    } else throw new NotPlain(`has ${JSON.stringify(character)}, which the shell gives a meaning`);
  }
  if (at === start) throw new NotPlain(`has ${JSON.stringify(line[at] ?? "")} where a word should be`);
  return { word: { text, bare }, end: at };
}

/** At the start of a word, and after "=" or ":", it stands for a home directory. */
function isLiteralTilde(line: string, at: number, start: number): boolean {
  return line[at] === "~" && at > start && !/[=:]/.test(line[at - 1] ?? "");
}

function readDoubleQuoted(line: string, start: number): { text: string; end: number } {
  let text = "";
  let at = start;
  for (; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === '"') return { text, end: at + 1 };
    if (character === "$" || character === "`") throw new NotPlain(`has ${JSON.stringify(character)} in a string`);
    if (character !== "\\") {
      text += character;
      continue;
    }
    const next = line[at + 1] ?? "";
    if (next === "\n") throw new NotPlain("has a line that goes on after a backslash");
    if (/["\\$`]/.test(next)) at++;
    text += /["\\$`]/.test(next) ? next : "\\";
  }
  throw new NotPlain("has a quote that is not closed");
}

function toCommand(words: readonly Word[]): Pick<PlainCommand, "assignments" | "argv"> {
  const assignments: PlainCommand["assignments"] = [];
  let first = 0;
  for (; first < words.length; first++) {
    const assignment = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=(.*)$/s.exec(words[first]?.text ?? "");
    if (!assignment) break;
    // With quotes in the value it still is one; with quotes in the name it is none, and looks like one.
    if (!words[first]?.bare || assignment[2] === "+") throw new NotPlain("sets a variable in a way that needs a look");
    assignments.push({ name: assignment[1] ?? "", value: assignment[3] ?? "" });
  }
  const program = words[first];
  if (!program) throw new NotPlain("only sets variables");
  if (program.bare && keywords.has(program.text)) throw new NotPlain(`has the keyword "${program.text}"`);
  return { assignments, argv: words.slice(first).map(({ text }) => text) };
}
