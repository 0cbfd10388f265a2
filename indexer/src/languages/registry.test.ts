import { describe, expect, it } from "vitest";
import { detectLanguage, languages } from "./registry.ts";

describe("detectLanguage", () => {
  it.each([
    ["a/b.py", "", "python"],
    ["A.PY", "", "python"],
    ["x.tsx", "", "tsx"],
    ["x.d.ts", "", "typescript"],
    ["x.cjs", "", "javascript"],
    ["Makefile", "", "make"],
    ["Dockerfile.dev", "", "dockerfile"],
    ["README.md", "", "markdown"],
    ["bin/run", "#!/usr/bin/env python3\n", "python"],
    ["bin/run", "#! /bin/bash -e\n", "bash"],
    ["bin/run", "#!/usr/bin/env -S NODE_ENV=x node --flag\n", "javascript"],
    ["bin/run", "#!/usr/bin/python3.11\n", "python"],
    ["bin/run", "echo\n", "text"],
    ["include/vector", "// Vector implementation -*- C++ -*-\n", "cpp"],
    [".gitignore", "", "text"],
    ["a.h", "#include <stdio.h>\nint class_of(int x);\n", "c"],
    ["a.h", "/* class Foo */\n// namespace x\nstruct a { int b; };\n", "c"],
    ["a.h", "#pragma once\nnamespace x {\nclass Foo;\n}\n", "cpp"],
    ["a.h", "template <typename T>\nT max(T a);\n", "cpp"],
    ["a.h", "#include <vector>\n", "cpp"],
  ])("%s %j is %s", (path, text, name) => {
    expect(detectLanguage(path, text).name).toBe(name);
  });

  it("has each name, extension, file name and interpreter once", () => {
    for (const key of ["extensions", "fileNames", "interpreters"] as const) {
      const all = languages.flatMap((language) => language[key] ?? []);
      // `.h` is C's until its text says otherwise.
      expect(all.filter((each, index) => all.indexOf(each) !== index)).toEqual([]);
    }
    expect(new Set(languages.map(({ name }) => name)).size).toBe(languages.length);
  });
});
