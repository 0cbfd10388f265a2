import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type QdrantTestServer, startQdrantTestServer } from "@outpost/testkit";
import { connectQdrant, createQdrantStore } from "@outpost/vector";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkQdrant, type QdrantCheck } from "./check-qdrant.ts";
import { qdrantNames } from "./qdrant-choice.ts";

let server: QdrantTestServer;
let directory: string;
let apiKeyFile: string;
beforeEach(async () => {
  server = await startQdrantTestServer({ apiKey: "right" });
  directory = await mkdtemp(join(tmpdir(), "check-qdrant-"));
  apiKeyFile = join(directory, "key");
  await writeFile(apiKeyFile, "right\n");
});
afterEach(async () => {
  expect(server.violations).toEqual([]);
  await server.stop();
  await rm(directory, { recursive: true });
});

const choice = () => ({ url: server.url, apiKeyFile, collection: "outpost", onDisk: false });
const indexed = { index: "one", generation: 3 };

function check(more: Partial<QdrantCheck> = {}, place: typeof indexed | null = indexed) {
  const openReader = async () => ({
    vectorPlace: async () => place,
    identity: async () => ({ embedder: "e", dimensions: 2, chunker: "c", filePolicy: "p" }),
    close: async () => {},
  });
  const roots = ["checkout:rep_1"];
  return checkQdrant({ choice: choice(), engine: "qdrant", roots, openReader, notes: [], ...more });
}

async function fill(dimensions = 2): Promise<void> {
  const connection = connectQdrant({ url: server.url, apiKey: "right" });
  const store = createQdrantStore(connection, qdrantNames(choice(), "one"));
  await (await store.openGeneration(3, dimensions)).show();
}

describe("doctor of a qdrant server", () => {
  it("says its version, where the index's name leads, and how much is there", async () => {
    await fill();
    const detail = `${server.url}, version 1.19.0; outpost-one → outpost-one-g3; outpost-one-g3 has 0 chunks of 2 numbers`;
    expect(await check()).toEqual({ name: "qdrant", ok: true, detail, fix: null });
    expect(await check({ engine: "embedded" })).toMatchObject({
      ok: true,
      detail: `${detail}; searches do not use it (vectors: embedded)`,
    });
  });

  it.each([
    { said: { status: "red" as const }, detail: /some of what was sent failed there \(its status is red\)$/ },
    {
      said: { optimizer_status: { error: "no space" } },
      detail: /0 chunks of 2 numbers; its optimizer failed: no space$/,
    },
  ])("says that the collection is broken: $said", async ({ said, detail }) => {
    await fill();
    Object.assign(server.state.collections.get("outpost-one-g3")?.health ?? {}, said);
    expect(await check()).toEqual({
      name: "qdrant",
      ok: false,
      detail: expect.stringMatching(detail),
      fix: "restart the qdrant server, whose log says more; else remove outpost-one-g3, and outpost index migrate --to qdrant fills it again",
    });
  });

  it("says what is not there yet", async () => {
    await fill();
    const notes = ["5 chunks are not in qdrant yet and are found by words only"];
    expect(await check({ notes })).toMatchObject({
      ok: false,
      fix: "outpost index migrate --to qdrant sends what is missing",
    });
    expect(await check({}, null)).toMatchObject({
      ok: true,
      detail: `${server.url}, version 1.19.0; nothing is indexed yet`,
    });
  });

  it.each([
    {
      what: "a wrong key",
      arrange: () => writeFile(apiKeyFile, "wrong"),
      detail: /refused the API key \(401\)$/,
      fix: /^set qdrantApiKeyFile$/,
    },
    {
      what: "vectors of another length",
      arrange: () => fill(3),
      detail: /of 3 numbers, not Cosine of 2$/,
      fix: /^remove it, or choose/,
    },
    {
      what: "an old server",
      arrange: async () => {
        server.state.version = "1.9.7";
      },
      detail: /is 1\.9\.7$/,
      fix: /^upgrade it to 1\.12 or newer$/,
    },
    {
      what: "a missing collection",
      arrange: async () => {},
      detail: /has no collection "outpost-one-g3" \(404/,
      fix: /^outpost index migrate --to qdrant fills it again$/,
    },
    {
      what: "no server",
      arrange: () => server.stop(),
      detail: /no answer from qdrant at .* \(ECONNREFUSED\)$/,
      fix: /^start it/,
    },
    {
      what: "a server that is not able to answer",
      arrange: async () => server.fail({ on: /collections/, as: { status: 503 } }),
      detail: /not able to answer/,
      fix: /^its log says more$/,
    },
  ])("names $what, and how to mend it", async ({ arrange, detail, fix }) => {
    await arrange();
    expect(await check()).toMatchObject({
      name: "qdrant",
      ok: false,
      detail: expect.stringMatching(detail),
      fix: expect.stringMatching(fix),
    });
  });

  it.each([
    { status: 400, detail: /refused what was asked of .* \(400: bad; a; b\)$/, fix: null },
    { status: 404, detail: /has no .* \(404: bad; a; b\)$/, fix: "outpost index migrate --to qdrant fills it again" },
    { status: 503, detail: /not able to answer about .* \(503: bad; a; b\)$/, fix: "its log says more" },
  ])("leaves the server's own words whole in an answer of $status", async ({ status, detail, fix }) => {
    server.fail({ on: /collections/, as: { status, says: "bad; a; b" } });
    expect(await check()).toEqual({ name: "qdrant", ok: false, detail: expect.stringMatching(detail), fix });
  });

  it("does not send to the server for a key that is not there", async () => {
    await rm(apiKeyFile);
    expect(await check()).toMatchObject({
      ok: false,
      detail: expect.stringContaining("(qdrantApiKeyFile)"),
      fix: null,
    });
  });

  it("does not mind that a server is away which searches do not use, but says so; a wrong key it does mind", async () => {
    await writeFile(apiKeyFile, "wrong");
    expect(await check({ engine: "embedded" })).toMatchObject({ ok: false, fix: "set qdrantApiKeyFile" });
    await server.stop();
    expect(await check({ engine: "embedded" })).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^no answer from qdrant at .*; searches do not use it \(vectors: embedded\)$/),
      fix: null,
    });
  });

  it("misses nothing that searches do not use", async () => {
    expect(await check({ engine: "embedded" })).toMatchObject({
      ok: true,
      detail: expect.stringContaining("holds nothing of this index"),
    });
  });
});
