// Says which files are not indexed and why: by name and size before they are read, by content afterwards.
// Does not know where files come from. The same path and bytes always get the same verdict under one `version`.
import type { SkipReason } from "@outpost/protocol";
import {
  doNotEditLine,
  generatedLine,
  generatedMarks,
  generatedWord,
  nameRules,
  privateKeyStart,
  rulesVersion,
} from "./rules.ts";

export interface SkipVerdict {
  reason: SkipReason;
  detail: string;
}

export interface FilePolicy {
  /** Part of the index's identity. */
  readonly version: string;
  /** By what a listing knows. Null: read it. */
  checkListed(file: { path: string; bytes: number }): SkipVerdict | null;
  /** By its bytes. Null: index it. */
  checkContent(path: string, content: Uint8Array): SkipVerdict | null;
}

/** The policy's word on paths: denied ones are never read. */
export interface DeniedPaths {
  /** Changes whenever an answer may. */
  readonly version: string;
  /** Why it is denied; null: it is not. */
  reasonOf(path: string): string | null;
}

export interface FilePolicyOptions {
  /** Default: none. */
  denied?: DeniedPaths;
  /** Default 1 MB (1,000,000 bytes). */
  maxFileBytes?: number;
}

const SNIFFED_BYTES = 8_000;
const MARKED_LINES = 25;
const LONG_LINE_CHARACTERS = 2_000;
const MINIFIED_BYTES = 4_000;
const utf8 = new TextDecoder("utf-8");

export function createFilePolicy(options: FilePolicyOptions = {}): FilePolicy {
  const { maxFileBytes = 1_000_000, denied } = options;
  return {
    version: `${rulesVersion};maxFileBytes=${maxFileBytes}${denied ? `;denied=${denied.version}` : ""}`,
    checkListed: (file) =>
      checkDenied(file.path, denied) ?? checkName(file.path) ?? checkSize(file.path, file.bytes, maxFileBytes),
    checkContent: (path, content) => checkSize(path, content.length, maxFileBytes) ?? checkBytes(content),
  };
}

function checkDenied(path: string, denied: DeniedPaths | undefined): SkipVerdict | null {
  const detail = denied?.reasonOf(path) ?? null;
  return detail === null ? null : { reason: "denied", detail };
}

function checkName(path: string): SkipVerdict | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (const rule of nameRules) {
    if (!rule.pattern.test(name) || (rule.below && !rule.below.test(path))) continue;
    return { reason: rule.reason, detail: rule.detail };
  }
  return null;
}

function checkSize(path: string, bytes: number, maxFileBytes: number): SkipVerdict | null {
  if (bytes <= maxFileBytes) return null;
  const detail = `file "${path}" is ${megabytes(bytes)}, over maxFileBytes (${megabytes(maxFileBytes)}); raise index.maxFileBytes or ignore the path`;
  return { reason: "too_large", detail };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function checkBytes(content: Uint8Array): SkipVerdict | null {
  const head = content.subarray(0, SNIFFED_BYTES);
  if (isUtf16(head)) return null;
  if (head.includes(0)) return { reason: "binary", detail: "holds NUL bytes" };
  const text = utf8.decode(head);
  if (privateKeyStart.test(text)) return { reason: "denied", detail: "begins like a private key" };
  if (foreignShare(text) > 0.3) return { reason: "binary", detail: "is no text" };
  return checkGenerated(text) ?? checkMinified(content);
}

/** Whether a byte order mark says UTF-16. */
export function isUtf16(content: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (content[0] === 0xff && content[1] === 0xfe) return "utf-16le";
  return content[0] === 0xfe && content[1] === 0xff ? "utf-16be" : null;
}

/** The share of characters that text does not have: undecodable ones and controls other than white space. */
function foreignShare(text: string): number {
  if (text.length === 0) return 0;
  return (text.match(/[\ufffd\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0) / text.length;
}

function checkGenerated(head: string): SkipVerdict | null {
  if (!generatedWord.test(head)) return null;
  const lines = head.split("\n", MARKED_LINES);
  for (const [index, line] of lines.entries()) {
    const mark = generatedMarks.find(({ pattern }) => pattern.test(line));
    if (mark) return { reason: "generated", detail: mark.detail };
    const pair = [line, lines[index + 1] ?? ""];
    if (pair.some((each) => generatedLine.test(each)) && pair.some((each) => doNotEditLine.test(each))) {
      return { reason: "generated", detail: 'marked "generated" and "do not edit"' };
    }
  }
  return null;
}

/** Minified: long lines hold more than half of a file that is not small. */
function checkMinified(content: Uint8Array): SkipVerdict | null {
  if (content.length < MINIFIED_BYTES) return null;
  let inLongLines = 0;
  let longest = 0;
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(0x0a, start);
    const length = (end === -1 ? content.length : end) - start;
    if (length > LONG_LINE_CHARACTERS) inLongLines += length;
    longest = Math.max(longest, length);
    start += length + 1;
  }
  if (inLongLines * 2 <= content.length) return null;
  return { reason: "minified", detail: `has lines of up to ${longest} bytes` };
}
