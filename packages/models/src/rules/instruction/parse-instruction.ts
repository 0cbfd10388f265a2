// An instruction in the rules model's few forms → intents. Pure; no grammar of English, a list of patterns. Invariant: all or nothing:
// when one clause is not understood, the instruction is not.
import type { Anchor, Intent, Parsed } from "./intents.ts";
import { type Quoted, takeQuotes } from "./quotes.ts";

const verbs =
  "replace|change|substitute|rename|append|prepend|insert|add|create|write|make|delete|remove|run|rerun|test|commit";
const connectives = "and|then|also|finally|afterwards|please|next";
/** Between two clauses: punctuation or a connective, and then a verb that begins the next. */
const boundary = new RegExp(
  `(?:\\s*(?:[;,\\n]|\\.(?=\\s))\\s*(?:(?:${connectives})\\b[\\s,]*)*|\\s+(?:(?:${connectives})\\b[\\s,]*)+)(?=(?:${verbs})\\b)`,
  "i",
);
const politeness = /^(?:(?:please|kindly|now|can you|could you|would you|i want you to|you should)\b[\s,]*)+/i;

export function parseInstruction(instruction: string): Parsed {
  const quoted = takeQuotes(instruction.trim());
  const intents: Intent[] = [];
  let file: string | null = null;
  for (const raw of splitClauses(quoted.text)) {
    const context = /^in\s+(?:the\s+)?(?:file\s+)?(\S+)$/i.exec(raw)?.[1];
    if (context !== undefined) {
      file = asFile(context, quoted) ?? file;
      continue;
    }
    const intent = parseClause(raw, quoted, file);
    if (!intent) return { type: "unclear", clause: quoted.written(raw) };
    if ("file" in intent && intent.file !== null) file = intent.file;
    intents.push(intent);
  }
  return intents.length > 0 ? { type: "intents", intents } : { type: "unclear", clause: instruction };
}

function splitClauses(text: string): string[] {
  return text
    .split(boundary)
    .map((clause) =>
      clause
        .trim()
        .replace(politeness, "")
        .replace(/[\s.;,]+$/, ""),
    )
    .filter((clause) => clause !== "");
}

/** `lastFile`: of the clause before, for a clause that names none. */
function parseClause(raw: string, quoted: Quoted, lastFile: string | null): Intent | undefined {
  const leading = /^in\s+(?:the\s+)?(?:file\s+)?(\S+?)[,:]?\s+(?=\S)([\s\S]+)$/i.exec(raw);
  const clause = leading ? `${leading[2]} in ${leading[1]}` : raw;
  const forms = lastFile === null ? [clause] : [clause, `${clause} in ${lastFile}`];
  for (const text of forms)
    for (const pattern of patterns) {
      const match = pattern.form.exec(text);
      const intent = match && pattern.make(match.groups ?? {}, quoted, lastFile);
      if (intent) return intent;
    }
  return undefined;
}

interface Pattern {
  form: RegExp;
  make(parts: Record<string, string | undefined>, quoted: Quoted, lastFile: string | null): Intent | undefined;
}

const file = "(?:the\\s+)?(?:file\\s+)?(?<file>\\S+)";
const everywhere =
  "(?<everywhere>everywhere|(?:in|across|throughout)\\s+(?:all\\s+files|every\\s+file|the\\s+(?:whole\\s+)?(?:repository|repo|project|code\\s?base|code)))";

const form = (source: string) => new RegExp(`^(?:${source})$`, "is");

function asFile(part: string | undefined, quoted: Quoted): string | undefined {
  const name = part === undefined ? "" : quoted.restore(part).trim().replace(/^\.\//, "");
  return name === "" || /\s/.test(name) ? undefined : name;
}

/**
 * A text that is searched for or written. Without quotes it may not hold words that join clauses: where it ends would be a guess.
 */
function asText(part: string, quoted: Quoted): string | undefined {
  return !quoted.isQuoted(part) && /\s(?:and|then|in|with)\s/i.test(part) ? undefined : quoted.restore(part);
}

function asAnchor(part: string, quoted: Quoted): Anchor {
  const line = /^(?:the\s+)?line\s+(\d+)$/i.exec(part.trim())?.[1];
  if (line !== undefined) return { type: "line", line: Number(line) };
  return { type: "text", text: quoted.restore(part.replace(/^(?:the\s+)?line\s+(?=\S)/i, "")) };
}

/** The first that fits decides, so the narrower ones come first. */
const patterns: Pattern[] = [
  {
    form: form(
      `(?:replace|change|substitute)\\s+(?:(?:all|every|each)\\s+)?(?:occurrences?\\s+of\\s+)?(?<old>\\S.*?)\\s+(?:with|by|to|into)\\s+(?<new>\\S.*?)\\s+${everywhere}`,
    ),
    make: ({ old = "", new: by = "" }, quoted) => replace(quoted, old, by, null, true),
  },
  {
    form: form(
      `(?:replace|change|substitute)\\s+(?:(?:all|every|each)\\s+)?(?:occurrences?\\s+of\\s+)?(?<old>\\S.*?)\\s+(?:with|by|to|into)\\s+(?<new>\\S.*)\\s+(?:in|inside|within)\\s+${file}`,
    ),
    make({ old = "", new: by = "", file: name }, quoted) {
      const named = asFile(name, quoted);
      return named === undefined ? undefined : replace(quoted, old, by, named, false);
    },
  },
  {
    form: form("(?:replace|change|substitute)\\s+(?<old>\\S.*?)\\s+(?:with|by|to|into)\\s+(?<new>\\S.*)"),
    make: ({ old = "", new: by = "" }, quoted, lastFile) => replace(quoted, old, by, lastFile, false),
  },
  {
    form: form(
      "rename\\s+(?:the\\s+)?(?:(?:symbol|function|method|class|variable|constant|type|field|identifier)\\s+)?(?<from>\\S+)\\s+(?:to|as|into)\\s+(?<to>\\S+?)(?:\\s+everywhere|\\s+(?:in|under|inside)\\s+(?:the\\s+)?(?:whole\\s+)?(?:file\\s+|directory\\s+|folder\\s+)?(?<path>\\S+))?",
    ),
    make: ({ from = "", to = "", path }, quoted) => rename(quoted, from, to, path),
  },
  {
    form: form(
      `(?:append|prepend|insert|add)\\s+(?:(?:the|a|this)\\s+)?(?:(?:line|text)\\s+)?(?<text>\\S.*?)\\s+(?<side>after|below|before|above)\\s+(?<anchor>\\S.*)\\s+(?:in|of|inside)\\s+${file}`,
    ),
    make({ text = "", side = "", anchor = "", file: name }, quoted) {
      const named = asFile(name, quoted);
      const at = /after|below/i.test(side) ? "after" : "before";
      const inserted = asText(text, quoted);
      return named === undefined || inserted === undefined
        ? undefined
        : { type: "insert_at", text: inserted, side: at, anchor: asAnchor(anchor, quoted), file: named };
    },
  },
  {
    form: form(
      `(?:append|prepend|insert|add)\\s+(?:(?:the|a|this)\\s+)?(?:(?:line|text)\\s+)?(?<text>\\S.*?)\\s+(?:at|to)\\s+the\\s+(?<where>start|beginning|top|head|end|bottom)\\s+(?:of|in)\\s+${file}`,
    ),
    make({ text = "", where = "", file: name }, quoted) {
      return insert(quoted, text, /end|bottom/i.test(where) ? "end" : "start", name);
    },
  },
  {
    form: form(
      `(?<verb>append|prepend|insert|add)\\s+(?:(?:the|a|this)\\s+)?(?:(?:line|text)\\s+)?(?<text>\\S.*)\\s+(?:to|in|into)\\s+${file}`,
    ),
    make: ({ verb = "", text = "", file: name }, quoted) =>
      insert(quoted, text, /prepend/i.test(verb) ? "start" : "end", name),
  },
  {
    form: form(
      `(?:create|make|add|write)\\s+(?:a\\s+|the\\s+)?(?:new\\s+)?(?:file\\s+)(?:called\\s+|named\\s+)?(?<file>\\S+)(?:\\s+(?:with|containing|that\\s+contains)(?:\\s+the)?(?:\\s+contents?|\\s+text)?:?\\s+(?<text>\\S.*))?`,
    ),
    make: ({ file: name, text }, quoted) => create(quoted, name, text),
  },
  {
    form: form(
      `create\\s+(?<file>\\S+)\\s+(?:with|containing)(?:\\s+the)?(?:\\s+contents?|\\s+text)?:?\\s+(?<text>\\S.*)`,
    ),
    make: ({ file: name, text }, quoted) => create(quoted, name, text),
  },
  {
    form: form(`write\\s+(?<text>\\S.*)\\s+(?:to|into)\\s+${file}`),
    make: ({ file: name, text }, quoted) => create(quoted, name, text),
  },
  {
    form: form(
      `(?:delete|remove)\\s+(?:the\\s+)?lines?\\s+(?<from>\\d+)(?:\\s*(?:-|–|to|through)\\s*(?<to>\\d+))?\\s+(?:from|in|of)\\s+${file}`,
    ),
    make({ from, to, file: name }, quoted) {
      const named = asFile(name, quoted);
      const first = Number(from);
      return named === undefined
        ? undefined
        : { type: "remove_lines", from: first, to: Math.max(first, Number(to ?? from)), file: named };
    },
  },
  {
    form: form(
      `(?:delete|remove)\\s+(?:the\\s+|all\\s+|every\\s+)*(?<lines>lines?\\s+)?(?:(?:containing|with|that\\s+contains?|text)\\s+)?(?<text>\\S.*)\\s+(?:from|in|of)\\s+${file}`,
    ),
    make({ lines, text = "", file: name }, quoted) {
      const named = asFile(name, quoted);
      if (named === undefined || /^(?:file|directory|folder)\b/i.test(text)) return undefined;
      return { type: "remove_text", text: quoted.restore(text), wholeLines: lines !== undefined, file: named };
    },
  },
  {
    form: form(
      "(?:re)?run\\s+(?:all\\s+)?(?:the\\s+|its\\s+)?tests?(?:\\s+again|\\s+suite)?|test\\s+(?:it|everything)",
    ),
    make: () => ({ type: "test" }),
  },
  {
    form: form(
      "commit(?:\\s+(?:it|this|that|everything|(?:all\\s+)?(?:the|these|my|your)?\\s*changes?))?(?:\\s+(?:with|using)?\\s*(?:the\\s+)?(?:commit\\s+)?message:?\\s*(?<message>\\S.*))?",
    ),
    make: ({ message }, quoted) => ({
      type: "commit",
      message: message === undefined ? null : quoted.restore(message),
    }),
  },
  {
    form: form("commit\\s+(?:as\\s+|with\\s+)?(?<message>\\u0001\\d+\\u0001)"),
    make: ({ message = "" }, quoted) => ({ type: "commit", message: quoted.restore(message) }),
  },
];

function replace(
  quoted: Quoted,
  old: string,
  by: string,
  name: string | null,
  isEverywhere: boolean,
): Intent | undefined {
  const text = asText(old, quoted);
  const next = asText(by, quoted);
  if (text === undefined || text === "" || next === undefined) return undefined;
  return { type: "replace", old: text, new: next, file: name, everywhere: isEverywhere };
}

const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

function rename(quoted: Quoted, from: string, to: string, path: string | undefined): Intent | undefined {
  const [a, b] = [from, to].map((part) => quoted.restore(part).replace(/\(\)$/, ""));
  if (a === undefined || b === undefined || !identifier.test(a) || !identifier.test(b)) return undefined;
  const below = path === undefined ? undefined : quoted.restore(path);
  const isEverywhere = below === undefined || /^(?:repository|repo|project|codebase|code)$/i.test(below);
  return { type: "rename", from: a, to: b, path: isEverywhere ? null : below };
}

function insert(quoted: Quoted, text: string, at: "start" | "end", name: string | undefined): Intent | undefined {
  const named = asFile(name, quoted);
  const inserted = asText(text, quoted);
  return named === undefined || inserted === undefined
    ? undefined
    : { type: "insert", text: inserted, at, file: named };
}

function create(quoted: Quoted, name: string | undefined, text: string | undefined): Intent | undefined {
  const named = asFile(name, quoted);
  return named === undefined
    ? undefined
    : { type: "create", text: text === undefined ? "" : quoted.restore(text), file: named };
}
