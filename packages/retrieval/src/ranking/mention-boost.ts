// The boost of a chunk whose file, or even whose lines, the query names.
import { isMentioned } from "../query/file-mentions.ts";
import type { ParsedQuery } from "../query/parse-query.ts";
import { weights } from "./weights.ts";

export function mentionBoost(
  query: ParsedQuery,
  path: string,
  lines: { startLine: number; endLine: number },
): { value: number; detail: string } {
  const mentions = query.mentions.filter((mention) => isMentioned(mention, path));
  const first = mentions[0];
  if (first === undefined) return { value: 0, detail: "" };
  const inLines = mentions.find(({ line }) => line !== null && line >= lines.startLine && line <= lines.endLine);
  if (inLines === undefined) return { value: weights.mentionedFile, detail: first.path };
  return { value: weights.mentionedFile + weights.mentionedLine, detail: `${inLines.path}:${inLines.line}` };
}
