// The questions about the code over a real catalog: parsed by the parser's process, stored in SQLite, asked through the service.
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileRules } from "@outpost/core";
import { createParser, detectLanguage } from "@outpost/indexer";
import type { Coverage, SearchResponse } from "@outpost/protocol";
import { type CatalogReader, type CatalogWriter, extractTerms } from "@outpost/retrieval";
import { openSqliteCatalogReader, openSqliteCatalogWriter } from "@outpost/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entryPoint } from "../process/entry-points.ts";
import { type CodeService, createCodeService } from "./code-service.ts";

const files: Record<string, string> = {
  "shop/orders.py": `class Order:
    """Nothing of reserve_stock here."""

    def add_line(self, line):
        self.lines.append(line)  # reserve_stock is not called
`,
  "shop/stock.py": `from shop.orders import Order

LIMIT = 3


def reserve_stock(order: Order, key="hunter2-token"):
    order.add_line(f"reserve {take_one(order)}")
    return "reserve_stock"


def take_one(order):
    return LIMIT
`,
  "shop/main.py": `from shop.stock import reserve_stock


def main():
    reserve_stock(None, key="hunter2-token")
`,
  "tests/test_stock.py": "from shop.stock import reserve_stock\n\n\ndef test_it():\n    reserve_stock(None)\n",
  "private/keys.py": "from shop.stock import reserve_stock\n\n\ndef secret_door():\n    reserve_stock(1)\n",
  "go/store.go":
    "package store\n\ntype Store struct{}\n\nfunc (s *Store) Read(key string) int { return helper(key) }\n\nfunc helper(k string) int { return 1 }\n",
  "README.md": "# Shop\n\nCall `reserve_stock`.\n",
};

const checkout = "checkout:rep_1";
const run = "run:run_1";
const rules: FileRules = {
  judge: (path) => ({ access: path.startsWith("private/") ? "deny" : "write", reason: "", rule: null }) as never,
};
const everything: FileRules = { judge: () => ({ access: "write", reason: "", rule: null }) as never };
const coverage: Coverage = {
  ...{
    state: "ready",
    files: 7,
    chunks: 9,
    skippedFiles: 0,
    indexedAtMs: 1,
    staleFiles: 0,
    freshness: "on_request",
    notes: [],
  },
};
const hit = (path: string, startLine: number) =>
  ({ path, startLine, endLine: startLine + 3, symbol: "x", score: 1 }) as SearchResponse["hits"][number];

let directory: string;
let writer: CatalogWriter;
let service: CodeService;
const parser = createParser({ entry: entryPoint("parser") });
const view = { viewId: checkout, files: rules };

async function put(texts: Record<string, string>): Promise<{ path: string; blob: string }[]> {
  const set: { path: string; blob: string }[] = [];
  for (const [path, text] of Object.entries(texts)) {
    const blob = createHash("sha1").update(text).digest("hex");
    const language = detectLanguage(path, text).name;
    const { chunks, outline, hasParseErrors } = await parser.parse({ path, language, text });
    const parsed = { blob, language, text, chunks, hasParseErrors, ...(outline ? { outline } : {}) };
    const terms = chunks.map((chunk) => extractTerms({ path, chunk, text: "" }));
    await writer.putEntries([{ parsed, entry: { path, blob, terms, vectors: chunks.map(() => new Int8Array(4)) } }]);
    set.push({ path, blob });
  }
  return set;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "outpost-code-"));
  const path = join(directory, "index.db");
  writer = await openSqliteCatalogWriter({ path });
  await writer.open({ embedder: "test", dimensions: 4, chunker: "test", filePolicy: "test" });
  const change = { replace: true, removed: [], skipped: [], complete: true, commit: null, nowMs: 1 };
  await writer.changeView({ ...change, viewId: checkout, base: null, set: await put(files) });
  service = createCodeService({
    openReader: (): Promise<CatalogReader> => openSqliteCatalogReader({ path }),
    search: {
      coverage: async () => coverage,
      search: async () => {
        const hits = [hit("private/keys.py", 1), hit("shop/stock.py", 7), hit("shop/orders.py", 1)];
        return { hits, coverage, tookMs: 1, loadMs: 0 };
      },
    },
    redactor: {
      redactValue: (value) => JSON.parse(JSON.stringify(value).replaceAll("hunter2-token", "[redacted]")),
    },
  });
}, 60_000);

afterAll(async () => {
  await service.close();
  await writer.close();
  await parser.close();
  await rm(directory, { recursive: true });
});

describe("symbols", () => {
  it("are found by name with kind, place and container, in any language", async () => {
    expect((await service.symbols(view, { name: "reserve_stock", limit: 10 })).items).toEqual([
      {
        ...{ name: "reserve_stock", kind: "function", path: "shop/stock.py", language: "python" },
        ...{ line: 6, startLine: 6, endLine: 8, container: "" },
      },
    ]);
    expect((await service.symbols(view, { name: "Store.Read", limit: 10 })).items).toMatchObject([
      { path: "go/store.go", line: 5, kind: "method", container: "Store" },
    ]);
  });

  it("are bounded, and the total is said", async () => {
    const { items, total } = await service.symbols(view, { path: "shop/", limit: 2 });
    expect(items).toHaveLength(2);
    expect(total).toBe(6);
  });
});

describe("references", () => {
  it("are lines of code, without comments, strings, prose and denied files, redacted", async () => {
    const { items, definitions, totalFiles, isCut } = await service.references(view, {
      name: "reserve_stock",
      limit: 50,
    });
    expect(definitions).toHaveLength(1);
    expect(items.map(({ path, line, within }) => `${path}:${line} ${within}`)).toEqual([
      "shop/main.py:1 null",
      "shop/main.py:5 main",
      "tests/test_stock.py:1 null",
      "tests/test_stock.py:5 test_it",
    ]);
    expect(items[1]?.text).toBe('reserve_stock(None, key="[redacted]")');
    expect({ totalFiles, isCut }).toEqual({ totalFiles: 2, isCut: false });
  });

  it("inside of strings count where the string holds code", async () => {
    const { items } = await service.references(view, { name: "take_one", limit: 50 });
    expect(items).toMatchObject([{ path: "shop/stock.py", line: 7, within: "reserve_stock" }]);
  });

  it("are cut, and it is said; a name that is defined nowhere has some too", async () => {
    const cut = await service.references(view, { name: "reserve_stock", limit: 1 });
    expect(cut).toMatchObject({ isCut: true, totalFiles: 2 });
    expect(cut.items).toHaveLength(1);
    expect((await service.references(view, { name: "append", limit: 9 })).items).toMatchObject([
      { path: "shop/orders.py", line: 5 },
    ]);
  });
});

describe("a map and explanations", () => {
  it("show what is leaned on, within the budget, without denied files", async () => {
    const map = await service.map(view, { tokens: 100 });
    expect(map.estimatedTokens).toBeLessThanOrEqual(100);
    expect(map.text).toContain("shop/stock.py\n  3 constant LIMIT\n  6 function reserve_stock");
    expect(map.text).not.toContain("private");
    expect((await service.map({ viewId: checkout, files: everything }, { tokens: 200 })).text).toContain("secret_door");
    await expect(service.map(view, { tokens: 100, focus: "private/keys.py" })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await service.map(view, { tokens: 100, focus: "./go/" })).files[0]?.path).toBe("go/store.go");
  });

  it("say what a file is, and what a directory is", async () => {
    const stock = await service.explain(view, { path: "shop/stock.py", limit: 5 });
    expect(stock).toMatchObject({ kind: "file", languages: { python: 1 }, totalSymbols: 3 });
    expect(stock.symbols.map(({ name }) => name)).toEqual(["LIMIT", "reserve_stock", "take_one"]);
    expect(stock.dependents).toMatchObject([{ path: "shop/main.py", names: ["reserve_stock"] }]);
    expect(stock.dependencies).toMatchObject([{ path: "shop/orders.py" }]);
    expect(stock.tests).toMatchObject([{ path: "tests/test_stock.py" }]);
    const all = await service.explain(view, { path: ".", limit: 5 });
    expect(all.kind).toBe("directory");
    expect(all.children.map(({ path }) => path)).toEqual(["shop/", "go/", "tests/", "README.md"]);
    expect(all.entryPoints[0]?.symbol.name).toBe("main");
    await expect(service.explain(view, { path: "private", limit: 5 })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("related code", () => {
  it("is what a definition uses, who uses it, what resembles it, and its tests", async () => {
    const related = await service.related(view, { path: "shop/stock.py", line: 7, limit: 5 });
    expect(related.symbol?.name).toBe("reserve_stock");
    expect(related.uses.map(({ name }) => name).sort()).toEqual(["Order", "add_line", "take_one"]);
    expect(related.usedBy.map(({ path }) => path)).toContain("shop/main.py");
    expect(related.similar.map(({ path }) => path)).toEqual(["shop/orders.py"]);
    expect(related.tests.map(({ path }) => path)).toEqual(["tests/test_stock.py"]);
  });

  it("of a line outside of any definition is what stands around it; of a denied file nothing", async () => {
    const related = await service.related(view, { path: "shop/main.py", line: 2, limit: 5 });
    expect(related).toMatchObject({ symbol: null, usedBy: [], uses: [{ name: "reserve_stock" }] });
    await expect(service.related(view, { path: "private/keys.py", line: 1, limit: 5 })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("views", () => {
  it("each see their own files, at once", async () => {
    const edited = await put({ "shop/stock.py": "def reserve_everything(order):\n    return order\n" });
    const change = { replace: false, removed: ["shop/main.py"], skipped: [], complete: true, commit: null, nowMs: 2 };
    await writer.changeView({ ...change, viewId: run, base: checkout, set: edited });
    const inRun = { viewId: run, files: rules };
    expect((await service.symbols(inRun, { name: "reserve_everything", limit: 5 })).total).toBe(1);
    expect((await service.symbols(inRun, { name: "main", limit: 5 })).total).toBe(0);
    expect((await service.symbols(view, { name: "reserve_everything", limit: 5 })).total).toBe(0);
    const again = await put({ "shop/stock.py": "def reserve_nothing(order):\n    return order\n" });
    await writer.changeView({ ...change, viewId: run, base: checkout, set: again, nowMs: 3 });
    expect((await service.symbols(inRun, { prefix: "reserve_", limit: 5 })).items).toMatchObject([
      { name: "reserve_nothing" },
    ]);
  });

  it("that are not there have nothing", async () => {
    const nowhere = { viewId: "checkout:rep_9", files: rules };
    expect((await service.symbols(nowhere, { name: "main", limit: 5 })).items).toEqual([]);
    expect((await service.map(nowhere, { tokens: 100 })).text).toBe("");
  });
});
