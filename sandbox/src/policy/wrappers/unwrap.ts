// Takes one wrapper off a command: what it means by itself, and the commands it would run. Pure.
// Covered: the wrappers of the table, shells with -c, `python -m`, `find -exec`. A wrapper given in a way that is not listed is opened by
// guess: what is found is judged, and can only make the verdict stricter.
import type { ProgramOrigin, Verdict } from "@outpost/protocol";
import type { ValueContext } from "../rules/argument-kinds.ts";
import { checkValue } from "../rules/argument-kinds.ts";
import { countFlagWords, isFlag, parseFlagSpec } from "../rules/flags.ts";
import {
  harmlessValue,
  harmlessVariables,
  otherShells,
  plainShells,
  pythons,
  type Wrapper,
  wrappers,
} from "./wrapper-table.ts";

export interface InnerCommand {
  argv: readonly string[];
  origin: ProgramOrigin | null;
}

export interface Unwrapped {
  /** By itself. */
  verdict: Verdict;
  reason: string;
  /** Commands it runs, all of them judged. */
  inner: InnerCommand[];
  /** A shell line it runs. */
  line?: string;
}

/** Null: it is no wrapper, and is judged by its own name. */
export function unwrap(
  name: string,
  origin: ProgramOrigin | null,
  args: readonly string[],
  context: ValueContext,
): Unwrapped | null {
  if (pythons.test(name) && origin !== "node_modules") return unwrapPython(args);
  // An installed tool with the name of a wrapper is not that wrapper.
  if (origin !== null) return null;
  if (plainShells.has(name)) return unwrapShell(args);
  if (otherShells.has(name))
    return { ...unwrapShell(args), verdict: "ask", reason: "reads a line in a way of its own" };
  if (name === "command" && /^-[vV]$/.test(args[0] ?? "")) return null;
  if (name === "find" || name === "fd" || name === "fdfind") return unwrapFind(args);
  const wrapper = wrappers.find(
    ({ programs, subcommands }) => programs.includes(name) && (!subcommands || subcommands.includes(args[0] ?? "")),
  );
  return wrapper ? unwrapByTable(wrapper, origin, args, context) : null;
}

/** Whether NAME=value in front of a command says nothing about what is run. */
export function isHarmlessAssignment(name: string, value: string): boolean {
  return harmlessVariables.has(name) && harmlessValue.test(value);
}

function unwrapByTable(
  wrapper: Wrapper,
  origin: ProgramOrigin | null,
  args: readonly string[],
  context: ValueContext,
): Unwrapped {
  let words = wrapper.subcommands ? args.slice(1) : args;
  const flags = wrapper.flags.map(parseFlagSpec).filter((spec) => spec !== null);
  words = words.slice(countFlagWords(words, { flags, style: "letters", context }));
  let { verdict, reason } = wrapper;
  const ask = (why: string): void => {
    if (verdict === "allow") {
      verdict = "ask";
      reason = why;
    }
  };
  while (wrapper.takesAssignments) {
    const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(words[0] ?? "");
    if (!assignment) break;
    if (!isHarmlessAssignment(assignment[1] ?? "", assignment[2] ?? ""))
      ask(`sets ${assignment[1]}, which may change what is run`);
    words = words.slice(1);
  }
  for (const kind of wrapper.before ?? []) {
    if (words[0] === undefined || !checkValue(kind, words[0], context).fits)
      ask("is not given what must stand before the command");
    else words = words.slice(1);
  }
  const hasDashes = words[0] === "--";
  if (hasDashes && wrapper.origin) words = words.slice(1);
  // npm would take flags behind the program for its own.
  if (wrapper.needsDashes && !hasDashes && words.some(isFlag)) ask('has flags and no "--" before the command');
  const program = words[0];
  if (program === undefined)
    return { verdict: verdict === "allow" ? "ask" : verdict, reason: "is given no command", inner: [] };
  if (isFlag(program) || program.includes("=")) {
    ask(`is given ${JSON.stringify(program)}, which is not in its list`);
    return { verdict, reason, inner: guesses(words, wrapper.origin ?? origin) };
  }
  const inner = { argv: words, origin: wrapper.origin ?? null };
  return {
    verdict,
    reason,
    inner: verdict === "allow" ? [inner] : [inner, ...guesses(words.slice(1), wrapper.origin ?? origin)],
  };
}

const maxGuesses = 8;

/** Every word that could be the program. Only looked at for what must be denied, since the wrapper asks anyway. */
function guesses(words: readonly string[], origin: ProgramOrigin | null): InnerCommand[] {
  const found: InnerCommand[] = [];
  for (const [index, word] of words.entries()) {
    if (isFlag(word) || word === "" || found.length === maxGuesses) continue;
    found.push({ argv: words.slice(index), origin });
  }
  return found;
}

const shellFlag = /^-[lceux]+$/;

/** `sh -c LINE`, with flags that make it stricter or read the profile. Anything else is a script, or a shell to type into. */
function unwrapShell(args: readonly string[]): Unwrapped {
  let at = 0;
  let hasLine = false;
  for (; at < args.length && !hasLine; at++) {
    const word = args[at] ?? "";
    if (word === "-o" && args[at + 1] === "pipefail") at++;
    else if (word === "-euo" && args[at + 1] === "pipefail") at++;
    else if (word === "--noprofile" || word === "--norc" || word === "--login") continue;
    else if (shellFlag.test(word)) hasLine = word.includes("c");
    else break;
  }
  const line = args[at];
  if (hasLine && line !== undefined && args.length === at + 1)
    return { verdict: "allow", reason: "runs a shell line", inner: [], line };
  const guess = args.find((_, index) => index > 0 && /^[-+][a-zA-Z]*c/.test(args[index - 1] ?? ""));
  return {
    verdict: "ask",
    reason: "runs a shell in a way that cannot be read in advance",
    inner: [],
    ...(guess !== undefined && { line: guess }),
  };
}

const pythonFlags = [
  "-B",
  "-u",
  "-s",
  "-E",
  "-I",
  "-O",
  "-OO",
  "-q",
  "-W=error|ignore|default|always|once",
  "-X=dev|utf8|faulthandler",
];

function unwrapPython(args: readonly string[]): Unwrapped | null {
  const flags = pythonFlags.map(parseFlagSpec).filter((spec) => spec !== null);
  const context: ValueContext = { cwd: ".", files: { judge: () => ({ access: "write", reason: "", rule: null }) } };
  const words = args.slice(countFlagWords(args, { flags, style: "letters", context }));
  if (words[0] !== "-m" || !/^[A-Za-z_][A-Za-z0-9_.]*$/.test(words[1] ?? "")) return null;
  return { verdict: "allow", reason: "runs a module", inner: [{ argv: words.slice(1), origin: "python_module" }] };
}

const findActions = new Set(["-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch"]);

function unwrapFind(args: readonly string[]): Unwrapped | null {
  const at = args.findIndex((word) => findActions.has(word) || /^--exec/.test(word));
  if (at < 0) return null;
  const attached = /^--exec(?:-batch)?=(.+)$/.exec(args[at] ?? "")?.[1];
  const words = attached === undefined ? args.slice(at + 1) : [attached, ...args.slice(at + 1)];
  return { verdict: "ask", reason: "runs a command on what it finds", inner: guesses(words, null).slice(0, 1) };
}
