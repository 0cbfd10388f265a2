import { TextCodes } from "@outpost/protocol";
import { expect, it } from "vitest";
import { hashText, TextTable } from "./text-table.ts";

const codes = new TextCodes();

function find(table: TextTable, text: string): number {
  const units = codes.read(text);
  return table.find(units, 0, text.length, hashText(units, 0, text.length));
}

it("numbers texts by their place, at once as one after the other, and takes more", () => {
  const texts = ["ä", "a", "<num>", ..."0123456789", ...Array.from({ length: 5_000 }, (_, at) => `word${at}`)];
  const filled = new TextTable();
  filled.fill(texts);
  const added = new TextTable();
  for (const text of texts) added.add(codes.read(text), 0, text.length, hashText(codes.units, 0, text.length));
  for (const table of [filled, added]) {
    for (const more of ["one more", "two"]) {
      const units = codes.read(more);
      table.add(units, 0, more.length, hashText(units, 0, more.length));
    }
    const all = [...texts, "one more", "two"];
    expect(all.map((text) => find(table, text))).toEqual(all.map((_, at) => at));
    expect([find(table, "word"), find(table, "tw"), table.size]).toEqual([-1, -1, all.length]);
    expect(table.characterCount).toBe(all.join("").length);
  }
});

it("can be filled with nothing", () => {
  const table = new TextTable();
  table.fill([]);
  expect([table.size, find(table, "a")]).toEqual([0, -1]);
});
