// write_file: a whole file. Keeps the byte order mark, line endings and final newline of the file that was there.
import type { FileContent, ToolResult, WorktreeFiles } from "@outpost/core";
import { isOutpostError } from "@outpost/protocol";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { findLeftOutMark } from "./edits/left-out.ts";
import { type DecodedFile, decodeTextFile, encodeTextFile, splitLines, withLineEnding } from "./edits/text-file.ts";
import { countOf } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";

export const writeFile = defineTool({
  name: "write_file",
  description: "Make a file, or replace the whole of it.",
  compact: { description: "Write a whole file." },
  effect: "write",
  parameters: z.object({ path: z.string().min(1), content: z.string() }),
  example: { path: "src/greet.py", content: "def greet():\n    return 'hello'\n" },
  async run(value, { worktree }): Promise<ToolResult> {
    const path = relativePath(value.path, worktree);
    const before = await readExisting(worktree.files, path);
    const decoded = before ? decodeTextFile(before.bytes) : null;
    const old = decoded?.ok ? decoded.file : null;
    const mark = findLeftOutMark(value.content, old?.text ?? "");
    if (mark !== undefined) return { ok: false, text: leftOutRefusal("write_file", mark) };
    const bytes = encodeTextFile({ text: fitToFile(value.content, old), hasBom: old?.hasBom ?? false });
    if (before && sameBytes(before.bytes, bytes)) {
      return { ok: true, text: `${path} holds exactly this already; nothing was written` };
    }
    await worktree.files.write(path, bytes, before?.sha256 ?? null);
    const lines = countOf(splitLines(value.content).length, "line");
    const what = decoded === null ? "new file" : `replaced ${describeOld(decoded)}`;
    const kept = old?.lineEnding === "\r\n" ? ", CRLF kept" : "";
    return { ok: true, text: `wrote ${path}: ${lines} (${what}${kept})`, filesTouched: [path] };
  },
});

export function leftOutRefusal(tool: string, mark: string): string {
  return `${tool} wrote nothing: the line ${JSON.stringify(mark.trim())} stands for code that is left out, and would delete it; give all of the text`;
}

function describeOld(decoded: DecodedFile): string {
  return decoded.ok ? countOf(splitLines(decoded.file.text).length, "line") : `what was there: ${decoded.problem}`;
}

function fitToFile(content: string, old: { text: string; lineEnding: "\n" | "\r\n" } | null): string {
  if (old === null || content === "") return content;
  const text = old.text === "" ? content : withLineEnding(content, old.lineEnding);
  return old.text.endsWith("\n") && !text.endsWith("\n") ? text + old.lineEnding : text;
}

async function readExisting(files: WorktreeFiles, path: string): Promise<FileContent | null> {
  try {
    return await files.read(path);
  } catch (error) {
    if (isOutpostError(error) && error.code === "not_found") return null;
    throw error;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
