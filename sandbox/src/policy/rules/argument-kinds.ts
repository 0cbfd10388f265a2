// The kinds of values that flags and arguments may have. A kind says yes, no, or that the file policy forbids it.

import type { FileRules } from "@outpost/core";
import type { FileJudgement } from "@outpost/protocol";
import { placePath } from "./paths.ts";

export interface ValueContext {
  cwd: string;
  files: FileRules;
}

export type ValueCheck = { fits: true } | { fits: false; why: string; forbidden?: FileJudgement };

const fits: ValueCheck = { fits: true };
const no = (why: string): ValueCheck => ({ fits: false, why });

/** Lines to show, and replacements that only go to the output: no other command of sed, and no flag that runs or writes. */
const sedScript =
  /^(?:(?:\d+|\$|\/[^/\\\n;{}]+\/)(?:,(?:\+?\d+|\$|\/[^/\\\n;{}]+\/))?[pqd=]|s\/(?:[^/\\\n]|\\[^\n])+\/(?:[^/\\\n]|\\[^\n])*\/[gIp]{0,3})(?:; *(?:\d+|\$)(?:,(?:\d+|\$))?[pqd=])*$/;

const patterns: Record<string, RegExp> = {
  phrase: /^[A-Za-z0-9_][A-Za-z0-9_ .,:/+=-]{0,199}$/,
  number: /^\d{1,9}(?:\.\d{1,6})?[smhdkKMG]?$/,
  // Some programs take a path for a name.
  name: /^(?!(?:.*\/)?\.\.(?:\/|$))[A-Za-z0-9_][A-Za-z0-9_.,:/=-]{0,199}$/,
  sed: sedScript,
  awk: /^(?:NR *[=<>!]=? *\d+ *)?\{ *print(?: +(?:\$\d+|\$NF|NR|NF)(?: *,? *(?:\$\d+|\$NF|NR|NF|"[^"\\]*"))*)? *;? *\}$/,
  operand: /^(?:!?=|==|!|[A-Za-z0-9_][A-Za-z0-9_ .,:/+=-]{0,199})?$/,
  jq: /^(?![\s\S]*(?:\b(?:import|include|input_filename|get_search_list|modulemeta)\b|(?<![.\w])env\b|\$ENV\b|\$__prog))/,
  revision: /^(?!.*@\{)[A-Za-z0-9_][A-Za-z0-9_./~^-]{0,199}$/,
};

const namedKinds = [
  "phrase",
  "text",
  "number",
  "name",
  "revision",
  "sed",
  "awk",
  "jq",
  "operand",
  "read",
  "write",
  "local",
];

/** Whether `kind` is one that there is; a list of words is one. */
export function isKind(kind: string): boolean {
  return namedKinds.includes(kind) || /^[^\s|]+(?:\|[^\s|]*)*$/.test(kind);
}

/** `value` of a flag or argument. Values never begin with "-" unless they are text after their flag. */
export function checkValue(kind: string, value: string, context: ValueContext): ValueCheck {
  if (kind === "text") return /[\0\r]/.test(value) ? no("has control characters") : fits;
  const pattern = patterns[kind];
  if (pattern && !pattern.test(value)) return no(`is no ${kind}`);
  // git takes a word for a path where there is no such revision.
  if (kind === "revision") return value.includes("..") ? fits : checkPath("read", value, context);
  if (pattern) return fits;
  if (kind === "read" || kind === "write" || kind === "local") return checkPath(kind, value, context);
  return kind.split("|").some((word) => isLike(word, value)) ? fits : no(`is none of ${kind}`);
}

/** `*` stands for letters, digits and `_ . : + -`; never for a slash, a comma or an "=". */
export function isLike(pattern: string, value: string): boolean {
  if (!pattern.includes("*")) return pattern === value;
  const source = pattern.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${source.join("[A-Za-z0-9_.:+-]*")}$`).test(value);
}

function checkPath(kind: "read" | "write" | "local", value: string, { cwd, files }: ValueContext): ValueCheck {
  if (kind === "local" && !/^\.{1,2}(?:$|\/)/.test(value)) return no('does not begin with "./"');
  // A test in a file is named path::test, with parameters in brackets.
  const text = kind === "read" ? (value.split("::", 1)[0] ?? "") : value;
  // To every other program that is a folder's name.
  if (text !== value && placePath(value, cwd).where !== "inside") return no("leaves the repository");
  if (text.startsWith("-") && text !== "-") return no("begins with a dash");
  if (kind === "write" && /[*?[\]{}]/.test(text)) return no("is a pattern");
  const place = placePath(text, cwd);
  if (place.where === "null") return fits;
  if (place.where !== "inside") return no(place.where === "unclear" ? "is no plain path" : "leaves the repository");
  if (place.path === ".") return fits;
  const judged = files.judge(place.path);
  const isForbidden = judged.access === "deny" || (kind === "write" && judged.access === "read");
  if (!isForbidden) return fits;
  return { fits: false, why: `"${place.path}": ${judged.reason}`, forbidden: judged };
}
