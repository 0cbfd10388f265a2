import { describe, expect, it } from "vitest";
import type { Fold } from "../fold/state.ts";
import { composeQuery } from "./query.ts";

const query = (instruction: string) => composeQuery({ spec: { instruction }, history: [] } as unknown as Fold);
const frame = (at: number) => `  File "/srv/lib/python3/site-packages/server/protocol_${at}.py", line ${at}, in run`;

describe("what is looked up of an instruction", () => {
  it("is its beginning, and of a long trace the last frames besides", () => {
    const frames = Array.from({ length: 100 }, (_, at) => `${frame(at)}\n    result = await app(scope, receive, send)`);
    const asked = query(["it fails on render", ...frames, '  File "a/loaders.py", line 138, in load'].join("\n"));
    expect(asked).toMatch(/^it fails on render\n/);
    expect(asked).toContain(frame(3));
    expect(asked).toMatch(/protocol_99\.py", line 99, in run\n {2}File "a\/loaders\.py", line 138, in load$/);
    expect(asked.length).toBeLessThanOrEqual(3001);
  });

  it.each([
    "at app.handle (/srv/lib/application.js:177:10)",
    "at Dapper.Query() in C:\\src\\SqlMapper.cs:line 1210",
    "thrown in /var/www/Client.php on line 331",
    "error in src/pipe.c(17,3)",
  ])("takes %s for a place", (line) => {
    expect(query(`${"word ".repeat(500)}\nmore words, e.g. of version 3.5: 7\n${line}`)).toMatch(
      new RegExp(`word (?:word )+\n${line.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`),
    );
  });

  it("leaves prose behind the beginning out", () => {
    expect(query(`${"word ".repeat(500)}\nmore words`)).toBe("word ".repeat(400));
  });
});
