// Reads a tasks.yaml: entries with their lines, and what is wrong with others. Pure. A bad entry never stops a good one.
// Bounded: bytes before parsing, entries, no aliases.
import { createHash } from "node:crypto";
import { TaskFileEntry } from "@outpost/protocol";
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

export interface PlacedEntry {
  entry: TaskFileEntry;
  /** 1-based. */
  line: number;
  /** Its id, or a hash of what it says. */
  key: string;
  /** Of all that it says. */
  hash: string;
}

export interface ParsedTaskFile {
  entries: PlacedEntry[];
  problems: { line: number; message: string }[];
}

const maxBytes = 262_144;
const maxEntries = 500;
const maxProblems = 100;

export function parseTaskFile(text: string): ParsedTaskFile {
  const found: ParsedTaskFile = { entries: [], problems: [] };
  const complain = (line: number, message: string): void => {
    if (found.problems.length < maxProblems) found.problems.push({ line, message });
  };
  if (Buffer.byteLength(text) > maxBytes) {
    complain(1, `the file has ${Buffer.byteLength(text)} bytes, over ${maxBytes}; nothing of it was read`);
    return found;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (node: unknown): number => (isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1);
  for (const error of document.errors) complain(lines.linePos(error.pos[0]).line, `not YAML: ${error.message}`);
  if (document.errors.length > 0) return found;
  const list = isMap(document.contents) ? document.get("tasks", true) : document.contents;
  if (list === undefined || list === null || (isScalar(list) && list.value === null)) return found;
  if (!isSeq(list)) {
    complain(lineOf(list), 'expected a list of tasks, or "tasks:" with one');
    return found;
  }
  const keys = new Map<string, number>();
  for (const item of list.items.slice(0, maxEntries))
    takeItem(item as Node, lineOf(item), { found, keys, complain, document });
  if (list.items.length > maxEntries)
    complain(lineOf(list.items[maxEntries]), `more than ${maxEntries} entries; those from here on were skipped`);
  return found;
}

interface Taking {
  found: ParsedTaskFile;
  keys: Map<string, number>;
  complain(line: number, message: string): void;
  document: ReturnType<typeof parseDocument>;
}

function takeItem(item: Node, line: number, { found, keys, complain, document }: Taking): void {
  let value: unknown;
  try {
    value = item.toJS(document, { maxAliasCount: 0 });
  } catch (error) {
    complain(line, (error as Error).message);
    return;
  }
  const parsed = TaskFileEntry.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    complain(line, `${issue?.path.join(".") || "entry"}: ${issue?.message ?? "invalid"}`);
    return;
  }
  const entry = parsed.data;
  const hash = hashOf(entry);
  const key = entry.id ?? hashOf({ description: entry.description, repository: entry.repository });
  const other = keys.get(key);
  if (other !== undefined) {
    complain(line, `the same entry as in line ${other}; give each an id of its own`);
    return;
  }
  keys.set(key, line);
  found.entries.push({ entry, line, key, hash });
}

function hashOf(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);
}
