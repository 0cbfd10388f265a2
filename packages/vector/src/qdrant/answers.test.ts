// What a Qdrant server and what stands before it answer besides results, as 1.19 says it, and what becomes of it here.
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { createQdrantTestServers } from "@outpost/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { parseAddress } from "./address.ts";
import { connectQdrant, type QdrantServer } from "./connection.ts";
import { createQdrantReader } from "./qdrant-index.ts";
import { createQdrantStore } from "./qdrant-store.ts";
import { testEntries, testTermWeights } from "./testing-qdrant.ts";
import { translateError } from "./translate-error.ts";

const { startServer, stopServers } = createQdrantTestServers();
afterEach(stopServers);

const others: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of others.splice(0)) await server.stop();
});

async function startOther(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  others.push({ stop: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const options = { name: "outpost-1", tenant: "test", onDisk: false, termWeights: testTermWeights };
const storeAt = (server: QdrantServer) =>
  createQdrantStore(connectQdrant({ firstDelayMs: 1, maxAttempts: 3, ...server }), options);

describe("time on a qdrant server", () => {
  it("that it ran out of is given again, and is no refusal of what was asked", async () => {
    const server = await startServer();
    const generation = await storeAt({ url: server.url }).openGeneration(1, 2);
    const as = { status: 408, says: "Timeout: Operation 'Search' timed out after 60s" };
    server.fail({ on: /^PUT .*\/points$/, times: 1, as });
    await generation.put(testEntries(1));
    server.fail({ on: /^PUT .*\/points$/, as });
    await expect(generation.put(testEntries(1))).rejects.toMatchObject({ code: "timeout", retryable: true });
  });

  it.each(["wait_timeout", "acknowledged"])(
    "that an operation still takes (%s) does not count as stored",
    async (status) => {
      const server = await startServer();
      await (await storeAt({ url: server.url }).openGeneration(1, 2)).put(testEntries(1));
      const url = await startOther((request, response) => {
        const result = request.url === "/" ? { title: "", version: "1.19.0" } : { result: { exists: true } };
        const isUpsert = request.method === "PUT" && request.url?.includes("/points");
        request.resume();
        response.setHeader("Content-Type", "application/json");
        if (isUpsert) return response.end(JSON.stringify({ result: { operation_id: 1, status } }));
        if (request.url === "/collections/outpost-1-g1")
          return relay(server.url + request.url).then((text) => response.end(text));
        return response.end(JSON.stringify(result));
      });
      const generation = await storeAt({ url }).openGeneration(1, 2);
      await expect(generation.put(testEntries(1))).rejects.toMatchObject({
        code: "timeout",
        retryable: true,
        message: expect.stringContaining(`(${status})`),
      });
    },
  );

  it("that a snapshot takes is not spent twice", async () => {
    const server = await startServer();
    const store = storeAt({ url: server.url });
    await (await store.openGeneration(1, 2)).show();
    for (const as of ["drop-after", { status: 503 }] as const) {
      const before = server.requests.length;
      server.fail({ on: /snapshots$/, times: 1, as });
      await expect(store.createSnapshot()).rejects.toMatchObject({ code: "unavailable" });
      expect(server.requests.slice(before).filter((line) => line.endsWith("/snapshots"))).toHaveLength(1);
    }
    expect((await store.createSnapshot()).name).toMatch(/^outpost-1-g1-\d+-[\d-]+\.snapshot$/);
  });
});

const relay = async (url: string) => (await fetch(url)).text();

describe("a connection to a qdrant server", () => {
  it("that it closed while it was idle is made again, also for what is tried once only", async () => {
    const server = await startServer();
    const generation = await storeAt({ url: server.url }).openGeneration(1, 2);
    await generation.put(testEntries(3));
    const connection = connectQdrant({ url: server.url, maxAttempts: 1 });
    const reader = createQdrantReader(connection, {
      name: "outpost-1-g1",
      dimensions: 2,
      tenant: "test",
      repository: null,
    });
    const among = Int32Array.of(10, 20, 30);
    const query = {
      vector: Float32Array.of(1, 0),
      among,
      wanted: among,
      terms: new Uint32Array(0),
      pathPrefix: null,
      limit: 2,
    };
    server.fail({ on: /query\/batch$/, times: 1, as: "drop" });
    expect((await reader.search(query)).candidates).not.toEqual([]);
    server.fail({ on: /query\/batch$/, times: 2, as: "drop" });
    await expect(reader.search(query)).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
      message: expect.stringMatching(/is it running, without TLS\?$/),
    });
  });

  it("is fetch's own, not one of the client's, which Node 26 refuses", async () => {
    const server = await startServer();
    const connection = connectQdrant({ url: server.url });
    await connection.ask("collections", (api, init) => {
      expect(init).toHaveProperty("dispatcher", undefined);
      return api.getCollections({}, init);
    });
    expect.assertions(1);
  });

  it.each([
    { code: "DEPTH_ZERO_SELF_SIGNED_CERT", says: /certificate .* is not trusted \(DEPTH.*NODE_EXTRA_CA_CERTS/ },
    { code: "ERR_TLS_CERT_ALTNAME_INVALID", says: /is not trusted .*valid for this address/ },
    { code: "ERR_SSL_WRONG_VERSION_NUMBER", says: /https:\/\/ only where the server has TLS/ },
    { code: "HPE_INVALID_CONSTANT", says: /the port of its REST API \(6333\)/ },
  ])("that fails by $code is not tried in vain, and it says why", ({ code, says }) => {
    const error = new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) });
    const translated = translateError(error, { url: "https://q", what: "x", timeoutMs: 1, hasKey: true });
    expect(translated).toMatchObject({ code: "unavailable", retryable: false, message: expect.stringMatching(says) });
  });

  it("to a port where nobody speaks HTTP says so", async () => {
    const server = createSocketServer((socket) =>
      socket.on("error", () => {}).end("\x15\x03\x01\x00\x02\x02\x16", () => socket.destroy()),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    others.push({ stop: () => new Promise((resolve) => server.close(() => resolve())) });
    const { port } = server.address() as AddressInfo;
    await expect(storeAt({ url: `http://127.0.0.1:${port}` }).describe()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/is not understood \((HPE_|HTTPParserError)/),
    });
  });

  it.each([
    { what: "a page", type: "text/html", text: "<h1>It works</h1>" },
    { what: "JSON of something else", type: "application/json", text: '{"name":"elastic","version":{"number":"9"}}' },
    { what: "nothing", type: "application/json", text: "null" },
  ])("to something else that answers with $what says that it is no qdrant server", async ({ type, text }) => {
    const url = await startOther((_, response) => response.setHeader("Content-Type", type).end(text));
    await expect(storeAt({ url }).openGeneration(1, 2)).rejects.toMatchObject({
      code: "unavailable",
      retryable: false,
      message: `what answers at ${url} is no qdrant server; correct qdrantUrl`,
    });
  });

  it.each([
    { url: "https://q.example", origin: "https://q.example", port: 6333, prefix: "" },
    { url: "https://q.example:443/", origin: "https://q.example", port: 443, prefix: "" },
    { url: "http://q.example:80/qdrant/", origin: "http://q.example", port: 80, prefix: "/qdrant" },
    { url: "http://[::1]:6333", origin: "http://[::1]:6333", port: 6333, prefix: "" },
    { url: "http://[::1]/a:80/", origin: "http://[::1]", port: 6333, prefix: "/a:80" },
  ])("goes to the port that is written, or 6333: $url", ({ url, ...parts }) => {
    expect(parseAddress(url)).toEqual(parts);
  });

  it("is not made with what no header can hold, nor with a password in the address", () => {
    for (const apiKey of ["ключ", "a\nb"]) {
      const made = () => connectQdrant({ url: "http://q", apiKey });
      expect(made).toThrow("the API key for qdrant has characters that no header can hold");
    }
    const made = () => connectQdrant({ url: "https://me:secret@q" });
    expect(made).toThrow("the address of the qdrant server names a user; it takes an API key instead");
  });
});

describe("keys of a qdrant server", () => {
  it("are not asked for at the root, so the version is told to everybody", async () => {
    const server = await startServer({ apiKey: "right" });
    expect(await connectQdrant({ url: server.url, apiKey: "wrong" }).version()).toBe("1.19.0");
    for (const path of ["healthz", "readyz", "livez"]) expect((await fetch(`${server.url}/${path}`)).status).toBe(200);
    const bare = await fetch(`${server.url}/collections`);
    expect([bare.status, await bare.text()]).toEqual([401, "Must provide an API key or an Authorization bearer token"]);
  });

  it("may be for reading only, which a change says", async () => {
    const server = await startServer({ apiKey: "right", readOnlyApiKey: "read" });
    await (await storeAt({ url: server.url, apiKey: "right" }).openGeneration(1, 2)).put(testEntries(2));
    const store = storeAt({ url: server.url, apiKey: "read" });
    const generation = await store.openGeneration(1, 2);
    expect(await generation.count()).toBe(2);
    await expect(generation.put(testEntries(1))).rejects.toMatchObject({
      code: "unauthorized",
      retryable: false,
      message: expect.stringMatching(
        /does not let this API key .*\(403: Forbidden: Global manage access is required\); set qdrantApiKeyFile to a key that may write/,
      ),
    });
  });
});

describe("waiting that a qdrant server asks for", () => {
  it.each(["1", "37", "Fri, 27 Nov 2026 10:00:00 GMT"])("is a passing failure, as %s", async (retryAfter) => {
    let isBusy = true;
    const url = await startOther((request, response) => {
      request.resume();
      response.setHeader("Content-Type", "application/json");
      if (request.url === "/") return response.end('{"title":"","version":"1.19.0"}');
      if (isBusy) response.writeHead(429, { "Retry-After": retryAfter });
      return response.end(
        JSON.stringify(isBusy ? { status: { error: "Rate limiting exceeded: x" } } : { result: { exists: true } }),
      );
    });
    const exists = connectQdrant({ url, maxAttempts: 1 });
    const ask = () => exists.ask("x", (api, init) => api.collectionExists({ collection_name: "x" }, init));
    await expect(ask()).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
      message: expect.stringContaining("(429"),
    });
    isBusy = false;
    expect(await ask()).toEqual({ exists: true });
  });
});
