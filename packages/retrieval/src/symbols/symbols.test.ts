import { describe, expect, it } from "vitest";
import type { BlobSymbol, LoadedOutline } from "../ports/catalog.ts";
import { explainPath } from "./explain-path.ts";
import { ReferenceGraph } from "./reference-graph.ts";
import { mapRepository } from "./repository-map.ts";
import { enclosingSymbol, SymbolTable } from "./symbol-table.ts";

/** `name kind line[-end] [container]`, and the names that the code uses. */
function outline(path: string, defined: string[], names: string[] = [], language = "python"): LoadedOutline {
  const symbols = defined.map((text): BlobSymbol => {
    const [name = "", kind = "function", lines = "1", container = ""] = text.split(" ");
    const [line = 1, end = line] = lines.split("-").map(Number);
    return { name, kind, line, startLine: line, endLine: end, container };
  });
  const all = [...new Set([...symbols.map(({ name }) => name), ...names])];
  const counts = all.map((name) => names.filter((each) => each === name).length + (defined.length > 0 ? 1 : 0));
  return { entryId: 0, path, blob: path, language, symbols, names: all, counts };
}

const shop = [
  outline("shop/orders.py", [
    "Order class 1-40",
    "__init__ method 2-4 Order",
    "add_line method 5-9 Order",
    "get method 10-12 Order",
  ]),
  outline(
    "shop/stock.py",
    ["reserve_stock function 1-20", "inner function 3-5 reserve_stock", "get function 22-25"],
    ["Order", "add_line"],
  ),
  outline("shop/main.py", ["main function 1-9"], ["Order", "reserve_stock", "inner", "reserve_stock"]),
  outline("shop/unused.py", ["LonelyThing class 1-9"]),
  outline(
    "tests/test_orders.py",
    ["test_adding function 1-5", "make_order function 7-9"],
    ["Order", "add_line", "make_order"],
  ),
  outline("web/orders.ts", ["Order class 1-9"], ["reserve_stock"], "typescript"),
];
const table = new SymbolTable(shop);
const at = (path: string) => table.positionOf(path) ?? -1;
const pathsOf = (connections: readonly { path: string }[] = []) => connections.map(({ path }) => path);

describe("the table of symbols", () => {
  it.each([
    [{ name: "reserve_stock" }, ["shop/stock.py:1"]],
    [{ name: "reserveStock" }, ["shop/stock.py:1"]],
    [{ name: "Order" }, ["shop/orders.py:1", "web/orders.ts:1"]],
    [{ name: "Order.get" }, ["shop/orders.py:10"]],
    [{ name: "Order::get" }, ["shop/orders.py:10"]],
    [{ name: "Invoice.get" }, []],
    [{ name: "reserve" }, []],
    [{ prefix: "res" }, ["shop/stock.py:1"]],
    [{ prefix: "mak" }, ["tests/test_orders.py:7"]],
    [{ pathPrefix: "shop/o", kind: "class" }, ["shop/orders.py:1"]],
  ])("finds %j", (query, places) => {
    expect(table.find(query).map(({ file, symbol }) => `${table.fileAt(file).path}:${symbol.line}`)).toEqual(places);
  });

  it("finds members by name, prefix and kind, and leans on no file for them", () => {
    const files = [
      outline("status.py", ["Status class 1-9", "PAID_TWICE member 2 Status"]),
      outline("user.py", ["use function 1-5"], ["PAID_TWICE"]),
    ];
    const known = new SymbolTable(files);
    for (const query of [
      { name: "PAID_TWICE" },
      { name: "Status.PAID_TWICE" },
      { name: "paidTwice" },
      { prefix: "paid" },
      { pathPrefix: "status", kind: "member" },
    ])
      expect(known.find(query).map(({ symbol }) => symbol.line)).toEqual([2]);
    expect(known.find({ pathPrefix: "status" }).map(({ symbol }) => symbol.name)).toEqual(["Status"]);
    expect(known.usesOf("PAID_TWICE").map(({ file }) => known.fileAt(file).path)).toEqual(["status.py", "user.py"]);
    expect(new ReferenceGraph(known).edgeCount).toBe(0);
    expect(
      mapRepository({ table: known, ranks: new ReferenceGraph(known).rank(), focus: new Set(), maxCharacters: 900 })
        .text,
    ).not.toContain("PAID");
  });

  it("puts source before tests", () => {
    const both = new SymbolTable([
      outline("a/tests/x.py", ["helper function 1"]),
      outline("b/x.py", ["helper function 1"]),
    ]);
    expect(both.find({ name: "helper" }).map(({ file }) => both.fileAt(file).path)).toEqual(["b/x.py", "a/tests/x.py"]);
  });

  it("knows who uses a name, defined or not", () => {
    expect(table.usesOf("add_line").map(({ file }) => table.fileAt(file).path)).toEqual([
      "shop/orders.py",
      "shop/stock.py",
      "tests/test_orders.py",
    ]);
    const outside = new SymbolTable([outline("a.py", [], ["numpy"])]);
    expect(outside.usesOf("numpy")).toHaveLength(1);
  });

  it("says which definition is around a line", () => {
    const { symbols } = table.fileAt(at("shop/orders.py"));
    expect(enclosingSymbol(symbols, 6)?.name).toBe("add_line");
    expect(enclosingSymbol(symbols, 30)?.name).toBe("Order");
    expect(enclosingSymbol(symbols, 99)).toBeUndefined();
  });
});

describe("the graph of references", () => {
  const graph = new ReferenceGraph(table);

  it("ranks what is leaned on over what leans, and sums to one", () => {
    const { files } = graph.rank();
    const rank = (path: string) => files[at(path)] ?? 0;
    expect(files.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
    expect(rank("shop/orders.py")).toBeGreaterThan(rank("shop/stock.py"));
    expect(rank("shop/stock.py")).toBeGreaterThan(rank("shop/main.py"));
    expect(rank("shop/main.py")).toBeGreaterThan(rank("tests/test_orders.py"));
  });

  it("does not lead across languages, into functions of functions, or from source to tests", () => {
    const { names } = graph.rank();
    expect(names[at("web/orders.ts")]?.size).toBe(0);
    expect(names[at("shop/stock.py")]?.has("inner")).toBe(false);
    const { names: others } = new ReferenceGraph(
      new SymbolTable([outline("tests/test_a.py", ["shared_name function 1"]), outline("a.py", [], ["shared_name"])]),
    ).rank();
    expect(others.every((each) => each.size === 0)).toBe(true);
  });

  it("lets what the focus uses rise", () => {
    const lonely = new Set([at("shop/unused.py")]);
    const path = at("shop/unused.py");
    expect(graph.rank(lonely).files[path] ?? 0).toBeGreaterThan((graph.rank().files[path] ?? 0) * 3);
  });

  it("takes a name that many files define to lead nowhere", () => {
    const many = Array.from({ length: 12 }, (_, n) => outline(`m${n}.py`, ["run_all function 1"]));
    const crowded = new ReferenceGraph(new SymbolTable([...many, outline("z.py", [], ["run_all"])]));
    expect(crowded.edgeCount).toBe(0);
  });
});

describe("a map", () => {
  const graph = new ReferenceGraph(table);
  const mapOf = (maxCharacters: number, focus = new Set<number>()) =>
    mapRepository({ table, ranks: graph.rank(focus), focus, maxCharacters });

  it("shows the most used first, each with what it is used for, without tests", () => {
    const { files, text, omittedFiles } = mapOf(2_000);
    expect(pathsOf(files)[0]).toBe("shop/orders.py");
    expect(pathsOf(files)).not.toContain("tests/test_orders.py");
    expect(text.split("\n").slice(0, 3)).toEqual(["shop/orders.py", "  1 class Order", "  2 method Order.__init__"]);
    expect(omittedFiles).toBe(0);
  });

  it("keeps to its budget, whatever that is", () => {
    for (let budget = 1; budget < 400; budget += 7) {
      const { text, files, omittedFiles } = mapOf(budget);
      expect(text.length).toBeLessThanOrEqual(budget);
      expect(files.length + omittedFiles).toBe(5);
    }
  });

  it("is the same every time, and shows a test that is in focus", () => {
    expect(mapOf(500).text).toBe(mapOf(500).text);
    expect(pathsOf(mapOf(2_000, new Set([at("tests/test_orders.py")])).files)).toContain("tests/test_orders.py");
  });
});

describe("what a path is", () => {
  it("of a file: who uses it, what it uses, its tests", () => {
    const stock = explainPath(table, "shop/stock.py", 10);
    expect(pathsOf(stock?.dependents)).toEqual(["shop/main.py"]);
    expect(pathsOf(stock?.dependencies)).toEqual(["shop/orders.py"]);
    expect(stock?.entryPoints.map(({ symbol, usedBy }) => `${symbol.name} ${usedBy}`)).toEqual(["reserve_stock 1"]);
    const orders = explainPath(table, "shop/orders.py", 10);
    expect(orders?.tests).toMatchObject([{ path: "tests/test_orders.py", names: ["Order", "add_line"] }]);
    expect(pathsOf(orders?.dependents)).toEqual(["shop/stock.py", "shop/main.py"]);
  });

  it("does not take a nested helper of one word for what other files use by that name", () => {
    const script = (path: string, defined: string[], names: string[] = []) =>
      outline(path, defined, names, "typescript");
    const nested = new SymbolTable([
      script("src/parser.ts", ["parse function 1-20", "expect function 3-5 parse", "readToken function 7-9 parse"]),
      script("src/lexer.ts", [], ["expect", "readToken", "parse"]),
    ]);
    const names = explainPath(nested, "src/parser.ts", 10)?.entryPoints.map(({ symbol }) => symbol.name);
    expect(names).toEqual(["readToken", "parse"]);
  });

  it("of a directory: only what is outside counts", () => {
    const all = explainPath(table, "shop", 10);
    expect(all?.dependents).toEqual([]);
    expect(all?.dependencies).toEqual([]);
    expect(pathsOf(all?.tests)).toEqual(["tests/test_orders.py"]);
    expect(all?.entryPoints.map(({ symbol }) => symbol.name)).toEqual(["main", "Order", "add_line"]);
    expect(explainPath(table, "", 10)?.files).toHaveLength(6);
  });

  it("is nothing where nothing is, also for half a name", () => {
    expect(explainPath(table, "sho", 10)).toBeUndefined();
    expect(explainPath(new SymbolTable([]), "", 10)).toBeUndefined();
  });

  it("names a test after its file although it uses nothing", () => {
    const named = new SymbolTable([
      outline("src/parser.py", ["parse_all function 1"]),
      outline("tests/test_parser.py", []),
    ]);
    expect(explainPath(named, "src/parser.py", 5)?.tests).toEqual([
      { path: "tests/test_parser.py", names: [], weight: 0 },
    ]);
  });
});
