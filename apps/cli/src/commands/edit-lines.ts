// Lines in the person's editor, as git does it: a temporary file, and what it holds when the editor has ended.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export type EditResult = { lines: string[] } | { problem: string };

/** `name`: for the editor to know the language. */
export function editLines(lines: readonly string[], name: string): EditResult {
  const editor = process.env["VISUAL"] || process.env["EDITOR"] || (process.platform === "win32" ? "notepad" : "vi");
  const folder = mkdtempSync(join(tmpdir(), "outpost-edit-"));
  const path = join(folder, basename(name));
  try {
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    const { status, error } = runEditor(editor, path);
    if (error) return { problem: `the editor "${editor}" could not be started: ${error.message}; set EDITOR` };
    if (status !== 0) return { problem: `the editor ended with ${status ?? "a signal"}; nothing was taken` };
    const text = readFileSync(path, "utf8");
    return { lines: text === "" ? [] : text.replace(/\n$/, "").split("\n") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** EDITOR may have arguments of its own. The path is never part of what the shell reads. */
function runEditor(editor: string, path: string): { status: number | null; error?: Error | undefined } {
  if (process.platform === "win32") return spawnSync(editor, [path], { stdio: "inherit", shell: true });
  return spawnSync("/bin/sh", ["-c", `${editor} "$1"`, "edit", path], { stdio: "inherit" });
}
