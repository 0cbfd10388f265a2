import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { version } from "./version.ts";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

it("the CLI, the server and the root manifest have one version", () => {
  const { version: root } = JSON.parse(read("package.json")) as { version: string };
  const server = /version = "(.*)"/.exec(read("apps/server/src/process/version.ts"))?.[1];
  expect({ cli: version, server }).toEqual({ cli: root, server: root });
});
