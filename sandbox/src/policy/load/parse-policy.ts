// The text of an outpost.policy.yaml to a checked value, with the line of everything that is wrong and of every rule. Reads no files.
import { type CommandRule, nearestName, PolicyFile } from "@outpost/protocol";
import { type Document, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { isKind } from "../rules/argument-kinds.ts";
import { parseFlagSpec } from "../rules/flags.ts";

export interface PolicyProblem {
  line: number;
  message: string;
}

export interface ParsedPolicy {
  value: PolicyFile;
  /** 1-based. */
  lineOf(path: readonly PropertyKey[]): number;
}

export type PolicyParse = { ok: true; parsed: ParsedPolicy } | { ok: false; problems: PolicyProblem[] };

const maxPolicyCharacters = 500_000;
const maxProblems = 20;

export function parsePolicy(text: string): PolicyParse {
  if (text.length > maxPolicyCharacters) {
    return {
      ok: false,
      problems: [{ line: 1, message: `the file has ${text.length} characters, over ${maxPolicyCharacters}` }],
    };
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, version: "1.2", schema: "core" });
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      if (range) return counter.linePos(range[0]).line;
    }
    return 1;
  };
  const [error] = document.errors;
  if (error)
    return {
      ok: false,
      problems: [{ line: counter.linePos(error.pos[0]).line, message: error.message.split("\n")[0] ?? "" }],
    };
  const given = toValue(document);
  if (given === undefined)
    return { ok: false, problems: [{ line: 1, message: "anchors and aliases are not for policies" }] };
  const checked = PolicyFile.safeParse(given);
  if (!checked.success)
    return {
      ok: false,
      problems: checked.error.issues.slice(0, maxProblems).map((issue) => describeIssue(issue, given, lineOf)),
    };
  const problems = checked.data.commands.flatMap((rule, index) =>
    findRuleProblems(rule).map((message) => ({
      line: lineOf(["commands", index]),
      message: `rule "${rule.id}": ${message}`,
    })),
  );
  return problems.length > 0 ? { ok: false, problems } : { ok: true, parsed: { value: checked.data, lineOf } };
}

/** The value of a text that is YAML, whatever it says; undefined otherwise. */
export function readYaml(text: string): unknown {
  if (text.length > maxPolicyCharacters) return undefined;
  const document = parseDocument(text, { uniqueKeys: true, version: "1.2", schema: "core" });
  return document.errors.length > 0 ? undefined : toValue(document);
}

/** Undefined where it holds aliases, which may grow without end. */
function toValue(document: Document.Parsed): unknown {
  if (isScalar(document.contents) && document.contents.value === null) return {};
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

function describeIssue(issue: z.core.$ZodIssue, given: unknown, lineOf: ParsedPolicy["lineOf"]): PolicyProblem {
  const where = issue.path.map(String).join(".") || "the file";
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], given);
  if (issue.code !== "unrecognized_keys") {
    const shown = value === undefined ? "is missing" : `is ${JSON.stringify(value)?.slice(0, 80)}`;
    return { line: lineOf(issue.path), message: `${where} ${shown}: ${issue.message.toLowerCase()}` };
  }
  const wrong = issue.keys[0] ?? "";
  const nearest = nearestName(wrong, knownKeys(issue.path));
  return {
    line: lineOf([...issue.path, wrong]),
    message: `${where} has no key "${wrong}"; the nearest is "${nearest}"`,
  };
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  let at: unknown = PolicyFile;
  for (const key of path) {
    const schema = unwrapDefault(at) as { shape?: Record<string, unknown>; element?: unknown };
    at = typeof key === "number" ? schema.element : schema.shape?.[String(key)];
  }
  return Object.keys((unwrapDefault(at) as { shape?: object } | undefined)?.shape ?? PolicyFile.shape);
}

function unwrapDefault(schema: unknown): unknown {
  const inner = schema as { unwrap?: () => unknown; element?: unknown } | undefined;
  return inner?.unwrap && inner.element === undefined ? unwrapDefault(inner.unwrap()) : schema;
}

/** What the schema cannot say. */
function findRuleProblems(rule: CommandRule): string[] {
  const problems: string[] = [];
  const flags = [
    ...(Array.isArray(rule.flags) ? rule.flags : []),
    ...rule.globalFlags,
    ...(rule.afterDashes ?? []).filter((word) => word.startsWith("-")),
  ];
  for (const text of flags) {
    const spec = parseFlagSpec(text);
    if (!spec) problems.push(`flag ${JSON.stringify(text)} is not written like -v, --all, -k=text or --color[=text]`);
    else if (spec.kind !== null && !isKind(spec.kind))
      problems.push(`flag ${JSON.stringify(text)} takes "${spec.kind}", which is no kind of value`);
  }
  const kinds = Array.isArray(rule.arguments) ? rule.arguments : [];
  for (const [index, kind] of kinds.entries()) {
    if (!isKind(kind.replace(/\.\.\.$/, ""))) problems.push(`argument "${kind}" is no kind of value`);
    if (kind.endsWith("...") && index < kinds.length - 1) problems.push(`"${kind}" stands before the last argument`);
  }
  const isAllow = rule.verdict === "allow";
  if (isAllow && (rule.hasFlag || rule.hasArgument || rule.hasPath))
    problems.push('"hasFlag", "hasArgument" and "hasPath" are for ask and deny; an allow rule lists what may be there');
  if (!isAllow && (rule.flags || rule.arguments || rule.afterDashes))
    problems.push(
      '"flags", "arguments" and "afterDashes" are for allow; ask and deny take "hasFlag", "hasArgument" and "hasPath"',
    );
  if (isAllow && (rule.flags === "any") !== (rule.arguments === "any"))
    problems.push('"any" goes for flags and arguments together: which word is a flag cannot be told otherwise');
  return problems;
}
