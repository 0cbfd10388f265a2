// apply_patch: hunks of one text file, all or none. Each is found by its own lines, as edit_file finds text (edits/replace-text.ts); what is not
// found, or found twice, is refused with the nearest lines. For models that get patches right; others are offered edit_file.
import type { ToolResult } from "@outpost/core";
import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { findLeftOutMark } from "./edits/left-out.ts";
import { parsePatch } from "./edits/parse-patch.ts";
import { placeHunks } from "./edits/place-hunks.ts";
import { decodeTextFile, encodeTextFile } from "./edits/text-file.ts";
import { countOf } from "./observation/fit.ts";
import { relativePath } from "./worktree-path.ts";
import { leftOutRefusal } from "./write-file.ts";

const maxBytes = 4_000_000;

export const applyPatch = defineTool({
  name: "apply_patch",
  description: "Change a file by a unified diff: hunks of exact lines, no numbers after @@.",
  compact: { description: "Change a file by a unified diff." },
  effect: "write",
  parameters: z.object({ path: z.string().min(1), patch: z.string() }),
  example: {
    path: "src/greet.py",
    patch: "@@\n def greet():\n-    return 'hello'\n+    return 'hello, world'\n",
  },
  async run(value, context): Promise<ToolResult> {
    const path = relativePath(value.path, context.worktree);
    const parsed = parsePatch(value.patch);
    if (!parsed.ok) return refuse(path, parsed.problem);
    const { bytes, sha256 } = await context.worktree.files.read(path, { maxBytes });
    const decoded = decodeTextFile(bytes);
    if (!decoded.ok) return refuse(path, `${decoded.problem}; only UTF-8 text can be edited`);
    for (const hunk of parsed.hunks) {
      const mark = findLeftOutMark(hunk.new.join("\n"), decoded.file.text);
      if (mark !== undefined) return { ok: false, text: leftOutRefusal("apply_patch", mark) };
    }
    const placed = placeHunks(decoded.file, parsed.hunks, Math.max(200, context.observationCharacters - 300));
    if (!placed.ok) return refuse(path, placed.problem);
    const { file, lines } = placed;
    await context.worktree.files.write(path, encodeTextFile(file), sha256);
    const where = `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`;
    return { ok: true, text: `patched ${path}: ${countOf(lines.length, "hunk")} (${where})`, filesTouched: [path] };
  },
});

function refuse(path: string, why: string): ToolResult {
  return { ok: false, text: `${path} was not changed: ${why}` };
}
