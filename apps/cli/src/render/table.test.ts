import { describe, expect, it } from "vitest";
import { clip } from "./layout.ts";
import { type Column, renderTable } from "./table.ts";

const columns: Column[] = [{}, { worth: 2 }, { align: "right", worth: 1 }, { least: 8 }];
const rows = [
  ["id_1", "queued", "1 min ago", "mend the calculator"],
  ["id_2", "running", "now", "look"],
];
const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

describe("a table", () => {
  it.each([
    [
      "is whole where there is no terminal",
      Number.POSITIVE_INFINITY,
      ["id_1  queued   1 min ago  mend the calculator", "id_2  running        now  look"],
    ],
    [
      "cuts the column that gives way",
      40,
      ["id_1  queued   1 min ago  mend the calc…", "id_2  running        now  look"],
    ],
    ["leaves out what is worth least", 30, ["id_1  queued   mend the calcu…", "id_2  running  look"]],
    ["and then what is worth more", 20, ["id_1  mend the calcu…", "id_2  look"].map((line) => clip(line, 20))],
    ["cuts on where nothing can be left out", 9, ["id_1  me…", "id_2  lo…"]],
  ])("%s", (_what, room, expected) => expect(renderTable(columns, rows, room)).toEqual(expected));

  it("counts no room for colours, and ends them where it cuts", () => {
    const painted = rows.map((row) => row.map(red));
    const lines = renderTable(columns, painted, 40);
    expect(lines[0]).toBe(
      ["id_1", "queued", "1 min ago", "mend the calc…"]
        .map(red)
        .join("  ")
        .replace("queued\u001b[39m", "queued\u001b[39m "),
    );
    expect(lines[1]).toContain(`${red("running")}        ${red("now")}  ${red("look")}`);
  });

  it("gives no room to a column without cells, nor wide gaps behind a long cell in a pipe", () => {
    expect(renderTable([{}, {}, {}], [["a", "", "b"]], 80)).toEqual(["a  b"]);
    expect(
      renderTable(
        [{ least: 1 }, {}],
        [
          ["a long one", "x"],
          ["b", "y"],
        ],
        Number.POSITIVE_INFINITY,
      ),
    ).toEqual(["a long one  x", "b  y"]);
  });
});
