import { cpuMs } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { wordStems } from "../terms/word-terms.ts";
import { findFileMentions, matchMention } from "./file-mentions.ts";
import { parseQuery } from "./parse-query.ts";
import { liftedKinds, pathKinds } from "./path-kind.ts";
import { findSymbols } from "./query-symbols.ts";

describe("parseQuery", () => {
  it("drops the words of the question, keeps those of the subject", () => {
    const { terms, words } = parseQuery("How does the HttpClient retry failed requests?");
    expect(terms.map(({ text }) => text)).toEqual(["http", "client", "HttpClient", "retry", "failed", "requests"]);
    expect(words.map(({ text }) => text)).toEqual(["http", "client", "retry", "fail", "request"]);
  });

  it("keeps everything when nothing else is left", () => {
    expect(parseQuery("how does it work").terms).toHaveLength(4);
    expect(parseQuery("???").terms).toEqual([]);
  });

  it("counts a repeated word once", () => {
    expect(parseQuery("parse parsing parsed").terms).toHaveLength(1);
  });
});

describe("findSymbols", () => {
  it.each([
    ["Session", "session", null],
    ["parse_args()", "parseargs", null],
    ["`Foo::bar_baz`", "barbaz", "foo"],
    ["a.b.Deep.call", "call", "deep"],
    ["Rails::Engine", "engine", "rails"],
    ["empty?", "empty", null],
    ["class Environment", "environment", null],
    ["export default class Foo extends Bar {", "foo", null],
    ["def from_string(self, source):", "fromstring", null],
    ["pub fn run", "run", null],
    ["struct Searcher<M, S>", "searcher", null],
    ["defmodule Phoenix.Router do", "router", "phoenix"],
    ["function parse(text)", "parse", null],
    ["interface Foo<T>", "foo", null],
  ])("takes %s for one name", (query, name, qualifier) => {
    const { symbols, isSymbolQuery } = findSymbols(query);
    expect(isSymbolQuery).toBe(true);
    expect(symbols).toMatchObject([{ name, qualifier }]);
  });

  it.each([
    ["where is parseArgs called", ["parseargs"]],
    ["how does __enter__ work with Session.send", ["enter"]],
    ["what does `run` do", ["run"]],
    ["HTTPAdapter and Mux::route retry()", ["httpadapter", "route", "retry"]],
    ["where is class Environment defined, and Cache trait", ["environment", "cache"]],
    ["Which class handles retries", []],
    ["type inference", []],
    ["module resolution of a class", []],
    ["function call (in templates)", []],
    ["how are Sessions closed", []],
    ["the API of the CLI", []],
  ])("finds the names in: %s", (query, names) => {
    const { symbols, isSymbolQuery } = findSymbols(query);
    expect(isSymbolQuery).toBe(false);
    expect(symbols.map(({ name }) => name)).toEqual(names);
  });
});

describe("findFileMentions", () => {
  it.each([
    ["why does src/click/core.py fail", [{ path: "src/click/core.py", line: null }]],
    ["see ./lib/a.ts:42:7 please", [{ path: "lib/a.ts", line: 42 }]],
    [
      '  File "/home/x/site-packages/flask/app.py", line 88, in run',
      [{ path: "home/x/site-packages/flask/app.py", line: 88 }],
    ],
    ["at Object.<anonymous> (src/index.js:10:5)", [{ path: "src/index.js", line: 10 }]],
    ["error in src\\win\\pipe.c(17,3)", [{ path: "src/win/pipe.c", line: 17 }]],
    ["#3 0x0 in uv_run core.c:412", [{ path: "core.c", line: 412 }]],
    [
      "at QueryRow[T](Row row) in C:\\projects\\dapper\\Dapper\\SqlMapper.cs:line 1210",
      [{ path: "projects/dapper/Dapper/SqlMapper.cs", line: 1210 }],
    ],
    ["thrown in /var/www/src/Client.php on line 331", [{ path: "var/www/src/Client.php", line: 331 }]],
    ["died at lib/Foo/Bar.pm line 12.", [{ path: "lib/Foo/Bar.pm", line: 12 }]],
    ["./nvm.sh: line 123: foo: command not found", [{ path: "nvm.sh", line: 123 }]],
    ["src/Text/Pandoc.hs:(12,3)-(14,5): error", [{ path: "src/Text/Pandoc.hs", line: 12 }]],
    ["see src/responses.py#L341-L350", [{ path: "src/responses.py", line: 341 }]],
    [
      "`loaders.py` line 7, core.py lines 138-150",
      [
        { path: "loaders.py", line: 7 },
        { path: "core.py", line: 138 },
      ],
    ],
    ["app/(shop)/[id]/page.tsx:12:5", [{ path: "app/(shop)/[id]/page.tsx", line: 12 }]],
    ["pages/[...slug].js:3", [{ path: "pages/[...slug].js", line: 3 }]],
    [
      "see [src/a.ts](src/b.ts) (c.ts)",
      [
        { path: "src/a.ts", line: null },
        { path: "src/b.ts", line: null },
        { path: "c.ts", line: null },
      ],
    ],
    ["src/größe/日本語.py:3", [{ path: "src/größe/日本語.py", line: 3 }]],
    ["a.py line by line", [{ path: "a.py", line: null }]],
    ["version 3.5 of it", []],
    ["how does it parse dates", []],
  ])("%s", (query, mentions) => {
    expect(findFileMentions(query)).toEqual(mentions);
  });

  it("keeps the last frames of a long trace, whatever names with dots come before", () => {
    const frames = Array.from(
      { length: 30 },
      (_, at) => `at org.springframework.web.Filter.run(Filter${at}.java:${at})`,
    );
    const mentions = findFileMentions([...frames, "at com.example.Shop.pay(Shop.java:7)"].join("\n"));
    expect(mentions).toContainEqual({ path: "Shop.java", line: 7 });
  });

  it("keeps a bounded number and takes no long time over a hostile text", () => {
    const cost = cpuMs(() => {
      expect(findFileMentions("a/".repeat(4000)).length).toBeLessThanOrEqual(64);
      for (const part of ["a.", "[a]", "[a", "(a", "(a)/", "[a]/[", "a-"])
        expect(findFileMentions(part.repeat(8000 / part.length)).length).toBeLessThanOrEqual(64);
      expect(findFileMentions(Array.from({ length: 999 }, (_, at) => `f${at}.ts`).join(" "))).toHaveLength(64);
    });
    expect(cost).toBeLessThan(500);
  });

  it.each([
    ["flask/app.py", "flask/app.py", 1],
    ["flask/app.py", "src/flask/app.py", 1],
    ["flask/app.py", "app.py", 1],
    ["flask/app.py", "myflask/app.py", undefined],
    ["flask/app.py", "flask/app.pyi", undefined],
    ["site-packages/flask/app.py", "src/flask/app.py", 2 / 3],
    ["site-packages/flask/app.py", "src/other/app.py", undefined],
    ["gems/activerecord-7.0.4/lib/base.rb", "activerecord/lib/base.rb", 1],
    ["src/index.crates.io-6f17/tokio-1.28.0/src/task/core.rs", "tokio/src/task/core.rs", 1],
    ["mod/go-chi/chi/v5@v5.0.8/tree.go", "chi/v5/tree.go", 1],
  ])("%s means %s: %s", (written, path, share) => {
    expect(matchMention({ path: written, line: null }, path)?.share).toBe(share);
  });
});

describe("pathKinds", () => {
  it.each([
    ["src/server.ts", []],
    ["tests/server_helper.py", ["test"]],
    ["src/server.test.ts", ["test"]],
    ["pkg/mux_test.go", ["test"]],
    ["src/test/java/GsonTest.java", ["test"]],
    ["Tests/SessionTests.swift", ["test"]],
    ["docs/guide.md", ["documentation"]],
    ["README.md", ["documentation"]],
    ["examples/basic/app.js", ["example"]],
    ["third_party/zlib/inflate.c", ["vendored"]],
    ["api/v1/service.pb.go", ["generated"]],
    ["pkg/__init__.py", ["barrel"]],
    ["types/vendor.d.ts", ["declaration"]],
    ["src/_compat.py", ["legacy"]],
    ["documentation-website/topics/dsl.topic", ["documentation"]],
    ["AlamofireTests/Server.swift", ["test"]],
    ["integration_test/cases/preload.exs", ["test"]],
    ["single_include/json.hpp", ["generated"]],
    ["priv/static/phoenix.mjs", ["generated"]],
    [".github/workflows/release.yml", ["configuration"]],
    ["app/build.gradle.kts", ["configuration"]],
    ["src/latest.ts", []],
    ["lib/test_functions.bash", []],
    ["pkg/test_utils.py", []],
    ["tests/test_utils.py", ["test"]],
    ["pkg/test_utility_belt.py", ["test"]],
    ["src/contest.py", []],
    ["lib/attest.rb", []],
    ["CHANGES", ["documentation"]],
    ["CHANGES/2174.bugfix", ["documentation"]],
    ["server/LICENSE.boost", ["documentation"]],
    ["tmux.1", ["documentation"]],
    ["Readme", ["documentation"]],
    ["guide/INTRO.MD", ["documentation"]],
    ["middleware/History.scala", []],
    ["src/history.go", []],
    ["feeds/news.py", []],
    ["regress/reflow.sh", ["test"]],
    ["assets/logo.svg", ["generated", "configuration"]],
    ["app.sln.DotSettings", ["configuration"]],
    ["vite.config.ts", ["configuration"]],
    [".eslintrc.cjs", ["configuration"]],
    ["src/app.config-loader.ts", []],
    ["gradlew", ["configuration"]],
  ])("%s", (path, kinds) => {
    expect(pathKinds(path)).toEqual(kinds);
  });

  it.each([
    ["retry", []],
    ["tests of the retry policy", [["test", "named"]]],
    ["unit tests", [["test", "named"]]],
    ["how does the test client send a body", [["test", "hinted"]]],
    ["examples of streaming", [["example", "named"]]],
    ["documentation about retries", [["documentation", "named"]]],
    ["vendored compression", [["vendored", "named"]]],
    [`it fails in a vendored file ${"and then ".repeat(20)}`, [["vendored", "hinted"]]],
  ])("is lifted by the words that ask for a kind: %s", (query, lifted) => {
    expect([...liftedKinds(query, query.split(" ").flatMap(wordStems))]).toEqual(lifted);
  });
});
