import { describe, expect, it } from "vitest";
import { narrowByQualifier, parseQualifiedName } from "./qualified-name.ts";

describe("parseQualifiedName", () => {
  it.each([
    ["open", "open", ""],
    ["Store.open", "open", "Store"],
    ["com.google.gson.Gson.fromJson(Gson.java)", "fromJson", "com google gson Gson"],
    ["leveldb::DBImpl::Get", "Get", "leveldb DBImpl"],
    ["Client->transfer()", "transfer", "Client"],
    ["GuzzleHttp\\Client::transfer", "transfer", "GuzzleHttp Client"],
    ["Phoenix.Endpoint.call/2", "call", "Phoenix Endpoint"],
    ["github.com.chi.(*node).findRoute", "findRoute", "github com chi node"],
    ["searcher::Core<M, S>::run", "run", "searcher Core"],
    ["Base#find_by!", "find_by!", "Base"],
    ["<$>", "<$>", ""],
  ])("%s", (given, name, around) => {
    expect(parseQualifiedName(given)).toEqual({ name, around: around === "" ? [] : around.split(" ") });
  });
});

describe("narrowByQualifier", () => {
  const definitions = [
    { path: "gson/src/main/java/com/google/gson/Gson.java", container: "Gson" },
    { path: "src/Other.java", container: "Other" },
    { path: "src/app/routing.py", container: "Router" },
    { path: "lib/old/routing.py", container: "Router" },
    { path: "src/strings.py", container: "" },
    { path: "src/numbers.py", container: "" },
    { path: "src/core.rs", container: "Core<M, S>" },
  ];
  it.each([
    ["all where nothing is before the name", "", [0, 1, 2, 3, 4, 5, 6]],
    ["by what encloses them", "Gson", [0]],
    ["by a package that is in the path", "com google gson Gson", [0]],
    ["by a module, where several enclose alike", "app routing Router", [2]],
    ["all that enclose alike, where no path says more", "vendor Router", [2, 3]],
    ["by the file, where nothing encloses them", "mine strings", [4]],
    ["in any case", "gSON", [0]],
    ["past type parameters", "core Core", [6]],
    ["none of another class", "Third", []],
  ])("keeps %s", (_, around, kept) => {
    const found = narrowByQualifier(definitions, around === "" ? [] : around.split(" "));
    expect(found.map((definition) => definitions.indexOf(definition))).toEqual(kept);
  });
});
