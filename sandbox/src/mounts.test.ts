import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mount } from "@outpost/core";
import { afterAll, describe, expect, it } from "vitest";
import { resolveMounts } from "./mounts.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "outpost-mounts-")));
const data = join(base, "data");
const tree = join(data, "tree");
const outside = join(base, "outside");
for (const path of [join(tree, "child", "deep"), join(outside, "deep"), join(data, "cache")])
  mkdirSync(path, { recursive: true });
writeFileSync(join(tree, "file"), "");
writeFileSync(join(outside, "file"), "");
symlinkSync(outside, join(tree, "link"));
symlinkSync(data, join(base, "data-link"));
symlinkSync(outside, join(base, "outside-link"));
afterAll(() => rmSync(base, { recursive: true }));

const resolve = (mounts: Mount[], given = data) => resolveMounts(mounts, { given, real: data }, "/tmp/home");
const root: Mount = { source: tree, target: "/work", writable: true };
const cache = (target: string): Mount => ({ source: join(data, "cache"), target, writable: false });

describe("mounts", () => {
  it("come back with parents first and links outside the data directory resolved", () => {
    const linked = { source: join(base, "outside-link"), target: "/work/child", writable: false };
    expect(resolve([linked, root]).map(({ source, target }) => [source, target])).toEqual([
      [tree, "/work"],
      [outside, "/work/child"],
    ]);
  });

  it("may name the data directory through a link that the operator made", () => {
    const given = join(base, "data-link");
    expect(resolve([{ ...root, source: join(given, "tree") }], given)[0]?.source).toBe(tree);
  });

  const refused: [string, Mount[]][] = [
    ["a relative source", [{ ...root, source: "tree" }]],
    ["a source with dots", [{ ...root, source: `${tree}/../tree` }]],
    ["a relative target", [{ ...root, target: "work" }]],
    ["a target with dots", [{ ...root, target: "/work/../usr" }]],
    ["a link below the data directory", [{ ...root, source: join(tree, "link") }]],
    ["a directory behind such a link", [{ ...root, source: join(tree, "link", "deep") }]],
    ["the data directory", [{ ...root, source: data }]],
    ["what holds the data directory", [{ ...root, source: base }]],
    ["the root of the host", [{ ...root, source: "/" }]],
    ["the processes of the host", [{ ...root, source: "/proc/self" }]],
    ["devices", [{ ...root, source: "/dev/null" }]],
    ["a target over the system", [{ ...root, target: "/usr/local/x" }]],
    ["a target over /etc", [{ ...root, target: "/etc" }]],
    ["a target over /tmp itself", [{ ...root, target: "/tmp" }]],
    ["a target over the home", [{ ...root, target: "/tmp/home" }]],
    ["the root as target", [{ ...root, target: "/" }]],
    ["a target twice", [root, cache("/work")]],
    ["a mount point that is not there", [root, cache("/work/new")]],
    ["a mount point that is a link", [root, cache("/work/link")]],
    ["a mount point behind a link", [root, cache("/work/link/deep")]],
    ["a mount point two levels down", [root, cache("/work/child/deep")]],
    ["a mount point that is a file", [root, cache("/work/file")]],
    [
      "a file on a file of a writable mount",
      [root, { source: join(outside, "file"), target: "/work/file", writable: false }],
    ],
    ["a link in a read-only mount", [{ ...root, writable: false }, cache("/work/link")]],
  ];
  it.each(refused)("refuse %s", (_, mounts) => {
    expect(() => resolve(mounts)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it("may lie deeper in a read-only mount, where nothing must be made", () => {
    expect(resolve([{ ...root, writable: false }, cache("/work/child/deep")])).toHaveLength(2);
  });

  it("leave out what is visible anyway", () => {
    expect(resolve([{ source: "/usr/bin", target: "/usr/bin", writable: false }])).toEqual([]);
    expect(() => resolve([{ source: "/usr/bin", target: "/usr/bin", writable: true }])).toThrow("read-only system");
  });

  it("say which source does not exist", () => {
    expect(() => resolve([{ ...root, source: join(data, "gone") }])).toThrow(
      expect.objectContaining({ code: "not_found", message: expect.stringContaining("gone") }),
    );
  });
});
