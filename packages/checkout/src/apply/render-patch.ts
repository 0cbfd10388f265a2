// A change as the text of a patch that `git apply` accepts, made from its blobs, byte for byte; hunks are computed anew.
// Does not know the checkout. What is no UTF-8 text goes as a binary patch, so that the text is exact in any encoding of the bytes.
import { isUtf8 } from "node:buffer";
import { type Change, type ChangeFile, limits, OutpostError } from "@outpost/protocol";
import { structuredPatch } from "diff";
import { renderBinary } from "./binary-patch.ts";
import { headerPath, quotePath } from "./git-path.ts";
import type { ReadBlob } from "./plan-change.ts";
import type { Side } from "./wishes.ts";

/** Edits beyond which a file is shown as wholly replaced: finding the smallest difference would take too long. */
const MAX_EDIT_LENGTH = 2000;
const NO_BYTES = new Uint8Array();

interface PatchSide extends Side {
  path: string;
  bytes: Uint8Array;
}

function toText(bytes: Uint8Array): string {
  // The BOM is a character like others here.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function replaceWhole(before: string, after: string): string[] {
  const side = (text: string, sign: string) => {
    const lines = text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
    const marked = lines.map((line) => sign + line.replace(/\n$/u, ""));
    return {
      count: lines.length,
      lines: text === "" || text.endsWith("\n") ? marked : [...marked, "\\ No newline at end of file"],
    };
  };
  const [old, next] = [side(before, "-"), side(after, "+")];
  const range = (count: number) => `${count === 0 ? 0 : 1},${count}`;
  return [`@@ -${range(old.count)} +${range(next.count)} @@`, ...old.lines, ...next.lines];
}

function renderHunks(before: string, after: string): string[] {
  const patch = structuredPatch("", "", before, after, "", "", { context: 3, maxEditLength: MAX_EDIT_LENGTH });
  if (!patch) return replaceWhole(before, after);
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines,
  ]);
}

function modeLines(old: PatchSide | null, next: PatchSide | null): string[] {
  if (!old) return [`new file mode ${next?.mode}`];
  if (!next) return [`deleted file mode ${old.mode}`];
  return old.mode === next.mode ? [] : [`old mode ${old.mode}`, `new mode ${next.mode}`];
}

function renderContent(old: PatchSide | null, next: PatchSide | null, binary: boolean): string[] {
  const [before, after] = [old?.bytes ?? NO_BYTES, next?.bytes ?? NO_BYTES];
  if (Buffer.compare(before, after) === 0) return [];
  const isText = [before, after].every((bytes) => isUtf8(bytes) && !bytes.includes(0));
  if (binary || !isText) return renderBinary(before, after);
  return [
    `--- ${old ? headerPath(`a/${old.path}`) : "/dev/null"}`,
    `+++ ${next ? headerPath(`b/${next.path}`) : "/dev/null"}`,
    ...renderHunks(toText(before), toText(after)),
  ];
}

function renderPair(old: PatchSide | null, next: PatchSide | null, binary: boolean): string[] {
  const path = next?.path ?? old?.path ?? "";
  const renamed = old && next && old.path !== next.path;
  const absent = "0".repeat((old ?? next)?.blob.length ?? 40);
  const content = renderContent(old, next, binary);
  const mode = old && next && old.mode === next.mode ? ` ${next.mode}` : "";
  const changed = !old || !next || old.blob !== next.blob;
  return [
    `diff --git ${quotePath(`a/${old?.path ?? path}`)} ${quotePath(`b/${path}`)}`,
    ...modeLines(old, next),
    ...(renamed ? [`rename from ${quotePath(old.path)}`, `rename to ${quotePath(next.path)}`] : []),
    ...(changed ? [`index ${old?.blob ?? absent}..${next?.blob ?? absent}${mode}`] : []),
    ...content,
  ];
}

async function loadSide(path: string, blob: Side["blob"] | null, mode: Side["mode"] | null, readBlob: ReadBlob) {
  return blob === null || mode === null ? null : { path, blob, mode, bytes: await readBlob(blob) };
}

async function renderFile(file: ChangeFile, readBlob: ReadBlob): Promise<string[]> {
  const old = await loadSide(file.oldPath ?? file.path, file.oldBlob, file.oldMode, readBlob);
  const next = await loadSide(file.path, file.newBlob, file.newMode, readBlob);
  // Git has no patch from one kind to another: the one goes, the other comes.
  if (old && next && (old.mode === "120000") !== (next.mode === "120000"))
    return [...renderPair(old, null, file.binary), ...renderPair(null, next, file.binary)];
  return renderPair(old, next, file.binary);
}

/** Ends with a newline; empty for a change without files. Rejects with `limit_exceeded`, and as `readBlob` does. */
export async function renderPatch(change: Change, readBlob: ReadBlob): Promise<string> {
  if (change.files.length > limits.changeFiles)
    throw new OutpostError(
      "limit_exceeded",
      `change has ${change.files.length} files, over changeFiles (${limits.changeFiles}); split the task`,
    );
  const lines: string[] = [];
  for (const file of change.files) lines.push(...(await renderFile(file, readBlob)));
  return lines.map((line) => `${line}\n`).join("");
}
