import { describe, expect, it } from "vitest";
import { definitionRank } from "./definitions.ts";
import { isQuestion, parseQuestion } from "./parse-question.ts";

describe("questions", () => {
  it.each([
    ["where is parseConfig?", "definition", "parseConfig"],
    ["Where is the function `load` defined?", "definition", "load"],
    ["where is Router.handle implemented", "definition", "handle"],
    ["what is retry_count", "definition", "retry_count"],
    ["what calls greet?", "uses", "greet"],
    ["which functions use the Parser class?", "uses", "Parser"],
    ["list the callers of openStore()", "uses", "openStore"],
    ["where is save_all called?", "uses", "save_all"],
  ])("%s", (question, type, name) => {
    expect(parseQuestion(question)).toEqual({ type, name });
    expect(isQuestion(question)).toBe(true);
  });

  it.each(["how does indexing work?", "where is the retry logic for failed uploads?", "explain the queue"])(
    "%s is about no one name",
    (question) => {
      expect(parseQuestion(question)).toEqual({ type: "other" });
    },
  );

  it("instructions are no questions", () => {
    expect(isQuestion("replace a with b in c.py")).toBe(false);
  });
});

describe("definitions", () => {
  it.each([
    "def load(path):",
    "export async function load(path) {",
    "func (s *Store) load() error {",
    "pub fn load(&self) {",
    "class load:",
    "  static const int load = 3;",
    "const load = () => 1",
    "load = make()",
    "#define load 1",
    "  async load(path: string): Promise<void> {",
    "std::string Store::load(int x) {",
  ])("%s", (line) => {
    expect(definitionRank(line, "load")).toBeGreaterThan(0);
  });

  it.each([
    "load(path)",
    "  return load(1) {",
    "x = load(2)",
    "import load from './load'",
    "reload = 1",
    "if (load(x)) {",
    "await load(path);",
  ])("%s defines nothing", (line) => {
    expect(definitionRank(line, "load")).toBe(0);
  });
});
