import { cpuMs } from "@outpost/testkit";
import { describe, expect, it } from "vitest";
import { wordStems } from "../terms/word-terms.ts";
import { findFileMentions, isMentioned } from "./file-mentions.ts";
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
    ["version 3.5 of it", []],
    ["how does it parse dates", []],
  ])("%s", (query, mentions) => {
    expect(findFileMentions(query)).toEqual(mentions);
  });

  it("keeps a bounded number and takes no long time over a hostile text", () => {
    const cost = cpuMs(() => {
      expect(findFileMentions("a/".repeat(4000)).length).toBeLessThanOrEqual(16);
      expect(findFileMentions(Array.from({ length: 999 }, (_, at) => `f${at}.ts`).join(" "))).toHaveLength(16);
    });
    expect(cost).toBeLessThan(500);
  });

  it("means a file by its whole path, its end, or a longer one that ends with it", () => {
    const mention = { path: "flask/app.py", line: null };
    expect(
      ["flask/app.py", "src/flask/app.py", "app.py", "myflask/app.py", "flask/app.pyi"].map((path) =>
        isMentioned(mention, path),
      ),
    ).toEqual([true, true, true, false, false]);
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
