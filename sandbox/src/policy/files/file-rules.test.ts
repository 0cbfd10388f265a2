// What is remembered of the last folder must not change an answer: whatever was asked before, each is what it is when it is asked first.
import { expect, it } from "vitest";
import { createFileRules, type PlacedFileRule } from "./file-rules.ts";

const place = { level: "built-in", file: "test", line: 1 } as unknown as PlacedFileRule["place"];
const rules = [
  {
    globs: ["secrets/", "**/keys/*.pem", ".env"],
    except: ["secrets/README.md", "a/keys"],
    access: "deny",
    reason: "denied",
  },
  { globs: ["vendor"], except: [], access: "read", reason: "read only" },
].map((rule) => ({ rule, place }) as unknown as PlacedFileRule);

const folders = [
  "",
  "secrets",
  "secrets/deep",
  "a",
  "a/keys",
  "a/keys/b",
  "vendor",
  "vendor/x",
  "x/vendor",
  "x",
  ".env",
  "a/.env",
];
const paths = folders.flatMap((folder) =>
  ["README.md", "k.pem", ".env", "main.c"].map((name) => (folder === "" ? name : `${folder}/${name}`)),
);

it("says of each path the same, in whatever order they are asked for", () => {
  const first = new Map(paths.map((path) => [path, createFileRules(rules).judge(path).access]));
  expect(new Set(first.values())).toEqual(new Set(["write", "read", "deny"]));
  expect(
    ["secrets/deep/main.c", "secrets/README.md", "a/.env/main.c", "x/vendor/k.pem"].map((path) => first.get(path)),
  ).toEqual([...["deny", "deny", "deny", "read"]]);
  const { judge } = createFileRules(rules);
  const orders = [paths, paths.toReversed(), paths.map((_, at) => paths[(at * 29) % paths.length] ?? "")];
  for (const order of orders) {
    expect(Object.fromEntries(order.map((path) => [path, judge(path).access]))).toEqual(
      Object.fromEntries(order.map((path) => [path, first.get(path)])),
    );
  }
});
