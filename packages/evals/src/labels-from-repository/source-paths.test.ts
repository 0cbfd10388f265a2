import { describe, expect, it } from "vitest";
import { isSourcePath, mainLanguage } from "./source-paths.ts";

describe("source that can be asked about", () => {
  it.each([
    "src/a.py",
    "scripts/release.sh",
    "lib/test_utils.py",
    "src/Latest.kt",
    "pkg/contest/contest.go",
    "src/protester/Protester.java",
    "include/a.h",
    "a/b/index.ts",
  ])("is %s", (path) => {
    expect(isSourcePath(path)).toBe(true);
  });

  it.each([
    "tests/a.py",
    "src/a_test.go",
    "test_a.py",
    "src/FooTests.swift",
    "AlamofireTests/A.swift",
    "src/MDoc/A.swift",
    "documentation-website/a.js",
    "a.spec.ts",
    "vendor/a/b.go",
    "dist/a.js",
    "api/a.pb.go",
    "a.min.js",
    "examples/a.rs",
    ".github/a.py",
    "eslint.config.js",
    ".eslintrc.js",
    "src/_version.py",
    "setup.py",
    "scripts/changelog.py",
    "README.md",
    "package-lock.json",
    "config.yaml",
    "a.png",
  ])("is not %s", (path) => {
    expect(isSourcePath(path)).toBe(false);
  });

  it("has the language of most paths, the first by name of equally many", () => {
    expect(mainLanguage(["a.tsx", "b.ts", "c.go"])).toBe("typescript");
    expect(mainLanguage(["c.rs", "b.go"])).toBe("go");
    expect(mainLanguage([])).toBe("unknown");
  });
});
