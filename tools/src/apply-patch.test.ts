// apply_patch on real files: the forms in which models write patches, and what is said of those that do not fit.
import { readFile } from "node:fs/promises";
import type { Worktree } from "@outpost/core";
import { callTool, createTempWorktree, createToolContext } from "@outpost/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyPatch } from "./apply-patch.ts";

const source = `import sys

def one():
    x = 1
    return x

def two():
    max = 1
    return max
`;
let worktree: Worktree;
beforeEach(async () => {
  worktree = await createTempWorktree({
    "a.py": source,
    "crlf.cs": "\ufeffclass A\r\n{\r\n    int x;\r\n}\r\n",
    "open.txt": "one\ntwo",
    "latin.c": new Uint8Array([0x63, 0xe9, 0x0a]),
  });
});
afterEach(() => worktree.close());

const patch = (text: string, path = "a.py") => callTool(applyPatch, { path, patch: text }, createToolContext(worktree));
const textOf = (path = "a.py") => readFile(`${worktree.root}/${path}`, "utf8");
const changed = source.replace("    x = 1\n", "    x = 10\n");

describe("apply_patch", () => {
  it.each([
    ["bare hunk lines", " def one():\n-    x = 1\n+    x = 10\n     return x"],
    ["a hunk without numbers", "@@\n-    x = 1\n+    x = 10\n     return x\n"],
    ["wrong numbers", "@@ -90,3 +91,3 @@ def one():\n def one():\n-    x = 1\n+    x = 10\n"],
    [
      "all headers",
      "diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n@@ -3,2 +3,2 @@\n def one():\n-    x = 1\n+    x = 10\n",
    ],
    ["the other form", "*** Begin Patch\n*** Update File: a.py\n@@ def one():\n-    x = 1\n+    x = 10\n*** End Patch"],
    ["a fence", "```diff\n@@\n-    x = 1\n+    x = 10\n```"],
    ["context without its space on an empty line", "@@\n import sys\n\n def one():\n-    x = 1\n+    x = 10\n"],
    ["other spaces at line ends", "@@\n def one():  \n-    x = 1\n+    x = 10\n"],
  ])("takes %s", async (_, text) => {
    expect(await patch(text)).toMatchObject({
      ok: true,
      text: "patched a.py: 1 hunk (line 4)",
      filesTouched: ["a.py"],
    });
    expect(await textOf()).toBe(changed);
  });

  it("takes several hunks, insertions and removals", async () => {
    const text = "@@\n import sys\n+import os\n@@\n-def two():\n-    max = 1\n-    return max\n";
    expect(await patch(text)).toMatchObject({ ok: true, text: "patched a.py: 2 hunks (lines 2, 8)" });
    expect(await textOf()).toBe("import sys\nimport os\n\ndef one():\n    x = 1\n    return x\n\n");
  });

  it("takes lines that look like headers for what they are within a hunk", async () => {
    await patch("@@\n one\n-two\n+-- two\n", "open.txt");
    expect(await textOf("open.txt")).toBe("one\n-- two");
    await patch("@@\n one\n--- two\n+2\n", "open.txt");
    expect(await textOf("open.txt")).toBe("one\n2");
  });

  it("keeps byte order mark, line endings and a missing last newline", async () => {
    await patch("@@\n {\n-    int x;\n+    int y;\n+    int z;\n }\n", "crlf.cs");
    expect(await textOf("crlf.cs")).toBe("\ufeffclass A\r\n{\r\n    int y;\r\n    int z;\r\n}\r\n");
    await patch("@@\n one\n-two\n+2\n", "open.txt");
    expect(await textOf("open.txt")).toBe("one\n2");
  });

  it("takes a whole line for one, never a part of a longer one", async () => {
    expect(await patch("@@\n-x = 1\n+x = 2\n")).toMatchObject({ ok: false });
    expect(await textOf()).toBe(source);
  });

  it.each([
    ["no lines", "*** Begin Patch\n*** End Patch", /holds no lines/],
    ["text without marks", "@@\nx = 1\n", /"x = 1" begins with none of/],
    ["nothing to change", "@@\n import sys\n", /nothing would change/],
    ["no context", "@@\n+import os\n", /holds no line that is in the file/],
    ["lines that are there twice", "@@\n-\n+\n+# here\n", /holds no line/],
    ["what is there already", "@@\n import sys\n-import sys\n+import sys\n", /not in the file/],
    [
      "what is left out",
      "@@\n def one():\n-    x = 1\n+    # ... existing code ...\n",
      /stands for code that is left out/,
    ],
    [
      "lines that are not there",
      "@@\n def one():\n-    x = 11\n+    x = 2\n",
      /the hunk is not in the file. Did you mean\n3\|def one\(\):\n4\|\s+x = 1/,
    ],
  ])("refuses %s and writes nothing", async (_, text, expected) => {
    const result = await patch(text);
    expect(result).toMatchObject({ ok: false, text: expect.stringMatching(expected) });
    expect(await textOf()).toBe(source);
  });

  it("says which hunk does not fit, and writes none of them", async () => {
    const { ok, text } = await patch("@@\n-import sys\n+import os\n@@\n-    y = 1\n+    y = 2\n");
    expect(ok).toBe(false);
    expect(text).toMatch(
      /^a\.py was not changed: hunk 2 of 2 does not fit; the one before it fits, and nothing was written: the hunk is not/,
    );
    expect(await textOf()).toBe(source);
    expect((await patch("@@\n-c\n+d\n", "latin.c")).text).toContain("only UTF-8 text can be edited");
    expect((await patch("@@\n-c\n+d\n", "gone.py")).text).toMatch(/apply_patch failed: /);
    expect((await patch("@@\n-    return x\n+    return 1\n@@\n-    return max\n+    return 1\n")).ok).toBe(true);
    expect((await patch("@@\n-    return 1\n+    return 2\n")).text).toMatch(/there 2 times \(lines 5, 9\)/);
  });
});
