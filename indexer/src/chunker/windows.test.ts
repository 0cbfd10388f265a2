import { describe, expect, it } from "vitest";
import { getLanguage } from "../languages/registry.ts";
import { chunkText } from "./chunker.ts";

const text = getLanguage("text");
const numbered = (count: number, each = (n: number) => `line ${n}`) =>
  Array.from({ length: count }, (_, index) => `${each(index + 1)}\n`).join("");
const ranges = (content: string, language = text) =>
  chunkText(content, language).map(({ startLine, endLine }) => [startLine, endLine]);

describe("windows of lines", () => {
  it("are 50 lines each, and a short rest joins the last", () => {
    expect(ranges(numbered(130))).toEqual([
      [1, 50],
      [51, 100],
      [101, 130],
    ]);
    expect(ranges(numbered(105))).toEqual([
      [1, 50],
      [51, 105],
    ]);
  });

  it("are shorter where lines are long, and a single huge line is one window", () => {
    expect(ranges(numbered(6, () => "x".repeat(1_000)))).toEqual([
      [1, 3],
      [4, 6],
    ]);
    expect(ranges(`${"x".repeat(100_000)}\nshort`)).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it("have no chunk for an empty file", () => {
    expect(ranges("")).toEqual([]);
  });

  it("know what a language without a grammar defines, and end above a definition", () => {
    const body = numbered(30, (n) => `\tx := ${n}`);
    const source = `package p\n\nfunc First() {\n${body}}\n\nfunc (s *Server) Second(a int) {\n${body}}\n\ntype Third struct {\n}\n`;
    expect(chunkText(source, getLanguage("go"))).toEqual([
      { startLine: 1, endLine: 35, kind: "window", symbol: "First", scope: [], definitions: ["First"] },
      { startLine: 36, endLine: 70, kind: "window", symbol: "Second", scope: [], definitions: ["Second", "Third"] },
    ]);
  });

  it.each([
    ["rust", "pub(crate) async fn run_all<T>(x: T) {", "run_all"],
    ["rust", "pub trait Store: Send {", "Store"],
    ["java", "    public static List<String> namesOf(int x) {", "namesOf"],
    ["java", "public final class Parser<T> {", "Parser"],
    ["csharp", "        protected override Task<int> RunAsync(int x)", "RunAsync"],
    ["kotlin", "    suspend fun <T> String.firstOf(x: T): T {", "firstOf"],
    ["ruby", "  def self.find_by!(name)", "find_by!"],
    ["php", "    public static function fromArray(array $a)", "fromArray"],
    ["swift", "    public func makeIterator() -> Iterator {", "makeIterator"],
    ["scala", "  implicit def toOps[A](a: A): Ops[A] =", "toOps"],
    ["elixir", "  defp do_run(x) do", "do_run"],
    ["haskell", "parseAll :: Text -> Either Error a", "parseAll"],
    ["lua", "local function trim(s)", "trim"],
    ["bash", "deploy_all() {", "deploy_all"],
    ["zig", "pub fn init(a: Allocator) Self {", "init"],
    ["sql", "CREATE TABLE IF NOT EXISTS users (", "users"],
  ])("find the definition in a line of %s: %s", (name, line, symbol) => {
    expect(chunkText(`${line}\n`, getLanguage(name))[0]?.definitions).toEqual([symbol]);
  });

  it.each([
    ["java", "        return compute(x)"],
    ["java", "        else if (x) {"],
    ["java", "        foo.bar(baz);"],
    ["csharp", "        await Task.Run(x)"],
  ])("take no statement for a definition: %s: %s", (name, line) => {
    expect(chunkText(`${line}\n`, getLanguage(name))[0]?.definitions).toEqual([]);
  });
});
