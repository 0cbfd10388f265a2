import type { PullProgress } from "@outpost/protocol";
import { startOllamaTestServer } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { openModelDirectory } from "../directory/directory.ts";

const signal = new AbortController().signal;
const digest = `sha256:${"8".repeat(64)}`;
const small = [
  { status: "pulling 8eeb52dfb3bb", digest, total: 1000 },
  { status: "pulling 8eeb52dfb3bb", digest, total: 1000, completed: 600 },
  { status: "writing manifest" },
  { status: "success" },
];

async function pull(name: string): Promise<PullProgress[]> {
  const server = await startOllamaTestServer({ models: [], pulls: { "small:1b": small, half: small.slice(0, 2) } });
  const directory = await openModelDirectory({ servers: [{ name: "ollama", adapter: "ollama", url: server.url }] });
  try {
    const steps: PullProgress[] = [];
    for await (const step of directory.pull(name, signal)) steps.push(step);
    return steps;
  } finally {
    await server.close();
  }
}

describe("a pull", () => {
  it.each(["small:1b", "ollama/small:1b"])("of %s says how far it is", async (name) => {
    expect(await pull(name)).toEqual([
      { status: "pulling manifest", completedBytes: null, totalBytes: null },
      { status: "pulling 8eeb52dfb3bb", completedBytes: 0, totalBytes: 1000 },
      { status: "pulling 8eeb52dfb3bb", completedBytes: 600, totalBytes: 1000 },
      { status: "writing manifest", completedBytes: null, totalBytes: null },
      { status: "success", completedBytes: null, totalBytes: null },
    ]);
  });

  it("of what nobody has is not found", async () => {
    await expect(pull("nothing:1b")).rejects.toMatchObject({ code: "not_found", retryable: false });
  });

  it("that ends in the middle is to be asked for again", async () => {
    await expect(pull("half")).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  it("is refused where nothing can be got", async () => {
    await expect(pull("rules/rules")).rejects.toThrow(/"rules" cannot get models; those that can: "ollama/);
  });
});
