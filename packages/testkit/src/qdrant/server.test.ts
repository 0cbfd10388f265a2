// That the test server answers as Qdrant 1.19 does, request by request: `docs/qdrant-server.md` says where each of it stands.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type QdrantTestServer, startQdrantTestServer } from "./server.ts";

let server: QdrantTestServer;
beforeEach(async () => {
  server = await startQdrantTestServer();
  const vectors = { dense: { size: 2, distance: "Cosine" } };
  for (const name of ["one", "two"])
    await ask(`PUT /collections/${name}`, { vectors, sparse_vectors: { terms: { modifier: "idf" } } });
  await ask("PUT /collections/one/index?wait=true", { field_name: "entry", field_schema: "integer" });
  await ask("POST /collections/aliases", { actions: [alias("named", "one")] });
});
afterEach(() => server.stop());

async function ask(line: string, body?: unknown): Promise<{ status: number; result?: unknown; error?: string }> {
  const [method = "", path = ""] = line.split(" ");
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(server.url + path, { method, ...init });
  const answer = (await response.json()) as { result?: unknown; status: "ok" | { error: string } };
  if (answer.status === "ok") return { status: response.status, result: answer.result };
  return { status: response.status, error: answer.status.error };
}

const alias = (alias_name: string, collection_name: string) => ({ create_alias: { alias_name, collection_name } });
const put = (id: number, vector: unknown, entry = id) =>
  ask("PUT /collections/one/points?wait=true", { points: [{ id, vector, payload: { entry } }] });
const query = (search: unknown) => ask("POST /collections/one/points/query/batch", { searches: [search] });

describe("the strict qdrant server", () => {
  it.each<{ what: string; line: string; body?: unknown; status: number; error: string | RegExp }>([
    {
      what: "a collection that is there",
      line: "PUT /collections/one",
      body: { vectors: {} },
      ...{ status: 409, error: "Wrong input: Collection `one` already exists!" },
    },
    {
      what: "a collection named like an alias",
      line: "PUT /collections/named",
      body: { vectors: {} },
      status: 400,
      error: "Wrong input: Can't create collection with name named. Alias with the same name already exists",
    },
    {
      what: "an alias named like a collection",
      line: "POST /collections/aliases",
      body: { actions: [alias("two", "one")] },
      ...{ status: 409, error: "Wrong input: Collection `two` already exists!" },
    },
    {
      what: "an alias of what is not there",
      line: "POST /collections/aliases",
      body: { actions: [alias("other", "none")] },
      ...{ status: 404, error: "Not found: Collection `none` doesn't exist!" },
    },
    {
      what: "a collection that is not there",
      line: "POST /collections/none/points/count",
      body: {},
      ...{ status: 404, error: "Not found: Collection `none` doesn't exist!" },
    },
    {
      what: "a stored vector of another length",
      line: "PUT /collections/one/points",
      body: { points: [{ id: 1, vector: { dense: [1, 2, 3] } }] },
      ...{ status: 400, error: "Wrong input: Vector dimension error: expected dim: 2, got 3 for vector 'dense'" },
    },
    {
      what: "a query of another length",
      line: "POST /collections/one/points/query/batch",
      body: { searches: [{ query: [1], using: "dense" }] },
      ...{ status: 400, error: "Wrong input: Vector dimension error: expected dim: 2, got 1" },
    },
    {
      what: "a vector that has no such name",
      line: "POST /collections/one/points/query/batch",
      body: { searches: [{ query: [1, 0], using: "image" }] },
      ...{ status: 400, error: "Wrong input: Not existing vector name error: image" },
    },
    {
      what: "a dense vector where a sparse one is",
      line: "PUT /collections/one/points",
      body: { points: [{ id: 1, vector: { terms: [1, 2] } }] },
      ...{ status: 400, error: "Wrong input: Conversion between sparse and regular vectors failed" },
    },
    {
      what: "a term that stands twice",
      line: "PUT /collections/one/points",
      body: { points: [{ id: 1, vector: { terms: { indices: [4, 4], values: [1, 1] } } }] },
      ...{ status: 422, error: /^Validation error in JSON body: / },
    },
    {
      what: "a limit of nothing",
      line: "POST /collections/one/points/query/batch",
      body: { searches: [{ query: [1, 0], using: "dense", limit: 0 }] },
      ...{ status: 422, error: /^Validation error in JSON body: / },
    },
    {
      what: "another form",
      line: "POST /collections/one/points/count",
      body: { exact: "yes" },
      ...{ status: 400, error: /^Format error in JSON body: / },
    },
    {
      what: "a filter over what has no index",
      line: "POST /collections/one/points/count",
      body: { filter: { must: [{ key: "path", match: { value: "a" } }] } },
      ...{ status: 400, error: /^Bad request: Index required but not found for "path" .* Help: Create an index/ },
    },
  ])("refuses $what", async ({ line, body, status, error }) => {
    const answer = await ask(line, body);
    expect(answer).toEqual({ status, error: typeof error === "string" ? error : expect.stringMatching(error) });
  });

  it("replaces an alias, lets it go with its collection, and says what was not there to be removed", async () => {
    await ask("POST /collections/aliases", { actions: [alias("named", "two")] });
    expect((await ask("GET /aliases")).result).toEqual({ aliases: [{ alias_name: "named", collection_name: "two" }] });
    expect((await ask("DELETE /collections/two")).result).toBe(true);
    expect((await ask("GET /aliases")).result).toEqual({ aliases: [] });
    expect((await ask("DELETE /collections/two")).result).toBe(false);
    expect((await ask("DELETE /collections/named")).result).toBe(false);
  });

  it("normalises what is compared by cosine, keeps zeros, and gives equal scores in no order to rely on", async () => {
    await put(1, { dense: [0, 0] });
    await put(2, { dense: [127, 0] });
    await put(3, { dense: [2, 0] });
    await put(4, { dense: [-3, 0] });
    const { result } = await query({ query: [5, 0], using: "dense", limit: 10 });
    expect(result).toMatchObject([{ points: [3, 2, 1, 4].map((id) => ({ id, score: [0, 1, 1, -1][id - 1] })) }]);
  });

  it("weighs terms by how many of the points that have any have them", async () => {
    await put(1, { terms: { indices: [7], values: [2] } });
    await put(2, { terms: { indices: [8, 7], values: [1, 1] } });
    await put(3, { dense: [1, 0] });
    const { result } = await query({ query: { indices: [8], values: [3] }, using: "terms", limit: 10 });
    const idf = Math.log((2 - 1 + 0.5) / (1 + 0.5) + 1);
    expect(result).toMatchObject([{ points: [{ id: 2, score: expect.closeTo(3 * idf, 6) }] }]);
  });

  it("keeps snapshots of a collection until they are deleted, each by its own name", async () => {
    const names = [];
    for (let time = 0; time < 2; time += 1)
      names.push(((await ask("POST /collections/named/snapshots")).result as { name: string }).name);
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/^one-\d+-[\d-]+\.snapshot$/);
    expect((await ask(`DELETE /collections/one/snapshots/${names[0]}`)).result).toBe(true);
    expect((await ask(`DELETE /collections/one/snapshots/${names[0]}`)).status).toBe(404);
    expect((await ask("GET /collections/one/snapshots")).result).toMatchObject([{ name: names[1] }]);
  });
});
