import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, submitTask, taskEnd } from "./follow-task.ts";
import { call } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const replies = [
  call("find_symbol", { name: "Store.Read" }),
  call("write_file", { path: "extra.go", content: "package store\n\nfunc Extra() int { return openStore() }\n" }),
  call("find_symbol", { name: "Extra" }),
  call("find_symbol", { name: "openStore", uses: true }),
  call("find_symbol", { name: "hiddenDoor", uses: true }),
  call("finish", { summary: "Looked around." }),
];

let server: ScriptedServer;

beforeAll(async () => {
  const files = {
    "store.go":
      "package store\n\ntype Store struct{}\n\nfunc (s *Store) Read() int { return openStore() }\n\nfunc openStore() int { return 1 }\n",
    "main.go": "package store\n\nfunc main() { openStore() // openStore\n}\n",
    "private/door.go": "package private\n\nfunc hiddenDoor() int { return openStore() + hiddenDoor() }\n",
    "outpost.policy.yaml": "version: 1\nfiles:\n  - { globs: [private], access: deny, reason: it is private }\n",
  };
  server = await startScriptedServer(replies, { files });
});
afterAll(() => server?.close());

describe("what is known of the code", () => {
  it("is answered over the API, without what the repository's policy denies", async () => {
    const { client } = server;
    const repositoryId = server.repository.id;
    const symbols = await client.call("findSymbols", { query: { repositoryId, name: "openStore" } });
    expect(symbols).toMatchObject({ total: 1, items: [{ path: "store.go", line: 7, kind: "function" }] });
    for (const path of ["./store", "/store.go", ".", "./"])
      expect(await client.call("findSymbols", { query: { repositoryId, name: "openStore", path } })).toMatchObject({
        total: 1,
      });
    const found = await client.call("search", { body: { repositoryId, query: "openStore", pathPrefix: ".//store" } });
    expect(found.hits.map(({ path }) => path)).toEqual(["store.go"]);
    const references = await client.call("findReferences", { query: { repositoryId, name: "openStore" } });
    expect(references.items.map(({ path, line }) => `${path}:${line}`).sort()).toEqual(["main.go:3", "store.go:5"]);
    expect(references.coverage.state).toBe("ready");
    const map = await client.call("mapRepository", { query: { repositoryId, tokens: 100 } });
    expect(map.text).toContain("7 function openStore");
    const explained = await client.call("explainPath", { query: { repositoryId, path: "store.go" } });
    expect(explained.dependents).toMatchObject([{ path: "main.go", names: ["openStore"] }]);
    const related = await client.call("findRelated", { query: { repositoryId, path: "main.go", line: 3 } });
    expect(related.uses).toMatchObject([{ name: "openStore", path: "store.go" }]);
    for (const answer of [references, map, explained, related]) expect(JSON.stringify(answer)).not.toContain("private");
    await expect(client.call("explainPath", { query: { repositoryId, path: "private" } })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(client.call("findSymbols", { query: { repositoryId } as never })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const { items } = await client.call("listLanguages", {});
    expect(items.find(({ name }) => name === "go")).toMatchObject({ level: "definitions", by: "native" });
  });

  it("is what a task's tools answer from, its own edits included", async () => {
    const { client } = server;
    const instruction = "Look at the store.";
    const id = await submitTask(server, instruction);
    expect(await taskEnd(client, id)).toMatchObject({ state: "proposed" });
    const seen = eventsOf(await allEvents(client, id), "tool.returned").map(({ observation }) => observation);
    expect(seen[0]).toContain("store.go:5 method Store.Read");
    expect(seen[2]).toContain("extra.go:3 function Extra");
    expect(seen[3]).toContain("extra.go:3 in Extra: func Extra() int { return openStore() }");
    expect(seen[4]).toContain('no code uses "hiddenDoor"');
    expect(seen.join("\n")).not.toContain("private/door.go");
    await server.ollama.finish();
  });
});
