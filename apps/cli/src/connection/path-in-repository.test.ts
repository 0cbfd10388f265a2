import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { pathInRepository } from "./path-in-repository.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "outpost-paths-")));
mkdirSync(join(root, "src/auth"), { recursive: true });
mkdirSync(join(root, "docs"));
for (const path of ["src/auth/token.ts", "src/main.ts", "README.md", "src/README.md"])
  writeFileSync(join(root, path), "");
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const repository = { source: { type: "path" as const, path: root } };
function from(here: string, given: string, isLocal = true): string {
  vi.spyOn(process, "cwd").mockReturnValue(join(root, here));
  return pathInRepository(given, { isLocal }, repository);
}

describe("a path that a person types", () => {
  it.each([
    ["", "src", "src"],
    ["", "./src/", "src/"],
    ["", ".", ""],
    ["", "./", ""],
    ["src", ".", "src"],
    ["src", "./auth/token.ts", "src/auth/token.ts"],
    ["src", "..", ""],
    ["src/auth", "../main.ts", "src/main.ts"],
    ["src", join(root, "docs"), "docs"],
    ["src", "main.ts", "src/main.ts"],
    ["src", "README.md", "README.md"],
    ["src", "docs", "docs"],
    ["src", "gone.ts", "gone.ts"],
    ["src", "src/auth", "src/auth"],
    ["", ".github", ".github"],
    ["", "..hidden", "..hidden"],
  ])("from %j, %s is %s", (here, given, path) => {
    expect(from(here, given)).toBe(path);
  });

  it("is refused outside of the repository, and left to a server elsewhere", () => {
    expect(() => from("src", "../../x")).toThrow(`"../../x" is outside of the repository "${root}"`);
    expect(() => from("", "/etc")).toThrow("is outside");
    expect(from("src", "./main.ts", false)).toBe("./main.ts");
  });
});
