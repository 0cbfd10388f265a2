// From the bytes of one file to what the catalog stores, but for the vectors. A file that should not be indexed comes back as a verdict.
import type { ChunkTerms, ParsedBlob } from "@outpost/retrieval";
import { createLineTable } from "../chunker/lines.ts";
import { isUtf16, type SkipVerdict } from "../file-policy/file-policy.ts";
import { detectLanguage } from "../languages/registry.ts";
import type { FileProblem, IndexingPorts } from "./ports.ts";
import type { StoredBefore } from "./stored-before.ts";

export interface PreparedFile {
  path: string;
  parsed: ParsedBlob;
  terms: ChunkTerms[];
  /** The lines of each chunk. */
  texts: string[];
  problems: FileProblem[];
}

export type Preparation = { kind: "prepared"; file: PreparedFile } | { kind: "skipped"; verdict: SkipVerdict };

export async function prepareFile(
  file: { path: string; blob: string; content: Uint8Array },
  ports: IndexingPorts,
  before: StoredBefore,
  signal?: AbortSignal,
): Promise<Preparation> {
  const { path, blob, content } = file;
  const verdict = ports.filePolicy.checkContent(path, content);
  if (verdict) return { kind: "skipped", verdict };
  const text = decode(content);
  const language = detectLanguage(path, text).name;
  const problems: FileProblem[] = [];
  let parsed = await before.findParsedBlob(blob, language);
  if (!parsed) {
    const { chunks, outline, hasParseErrors, problem } = await ports.parser.parse({ path, language, text }, signal);
    if (problem !== null) problems.push({ path, detail: `indexed by lines, without its syntax: ${problem}` });
    parsed = { blob, language, text, chunks, hasParseErrors, ...(outline ? { outline } : {}) };
  }
  const lines = createLineTable(parsed.text);
  const texts = parsed.chunks.map((chunk) => lines.textOf(chunk.startLine, chunk.endLine));
  const terms = parsed.chunks.map((chunk, index) => ports.extractTerms({ path, chunk, text: texts[index] ?? "" }));
  return { kind: "prepared", file: { path, parsed, terms, texts, problems } };
}

/** UTF-8 with replacement, or UTF-16 where a byte order mark says so; the mark itself is dropped. */
export function decode(content: Uint8Array): string {
  return new TextDecoder(isUtf16(content) ?? "utf-8").decode(content);
}
