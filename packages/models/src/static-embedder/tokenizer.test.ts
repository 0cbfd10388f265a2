import { expect, it } from "vitest";
import { Tokenizer } from "./tokenizer.ts";

const tokens = ["get", "user", "name", "http", "<num>", "<long>", "us", "er", "s", "a", "b"];
const logProbabilities = [-3, -3, -3, -3, -3, -3, -4, -4, -5, -8, -8];

function idsOf(tokenizer: Tokenizer, text: string): string[] {
  const found: string[] = [];
  tokenizer.forEachRun(text, (ids, from, to) =>
    found.push(...Array.from(ids.subarray(from, to), (id) => tokens[id] ?? "")),
  );
  return found;
}

it.each([
  ["getUserName(http)", ["get", "user", "name", "http"]],
  ["get_user HTTPUser", ["get", "user", "http", "user"]],
  ["users usab", ["user", "s", "us", "a", "b"]],
  ["42 1234567890123", ["<num>", "<long>"]],
  ["unknown größe", []],
])("cuts %j into known words and the likeliest pieces", (text, expected) => {
  expect(idsOf(new Tokenizer({ tokens, logProbabilities }), text)).toEqual(expected);
});

it("gives the same when it has seen many runs, and more than it remembers", () => {
  const tokenizer = new Tokenizer({ tokens, logProbabilities });
  const before = idsOf(tokenizer, "userS getName 7");
  for (let run = 0; run < 210_000; run += 1) tokenizer.forEachRun(`ab${run.toString(36)}`, () => {});
  expect(idsOf(tokenizer, "userS getName 7")).toEqual(before);
});

it("remembers a bounded number of characters, however long the runs are", () => {
  const tokenizer = new Tokenizer({ tokens, logProbabilities });
  const before = process.memoryUsage().arrayBuffers;
  const tail = "ab".repeat(4000);
  for (let run = 0; run < 8000; run += 1) tokenizer.forEachRun(`${letters(run)}${tail}`, () => {});
  // What was read is 128 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
  expect(idsOf(tokenizer, "users usab")).toEqual(["user", "s", "us", "a", "b"]);
});

function letters(number: number): string {
  return number.toString(26).replace(/\d/g, (digit) => "klmnopqrst"[Number(digit)] as string);
}
