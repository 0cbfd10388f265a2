import { describe, expect, it } from "vitest";
import { isAllowedHost } from "../../network/host-rules.ts";
import { narrowHosts } from "./narrow-hosts.ts";

describe("hosts of a repository", () => {
  it.each([
    ["nothing said", ["a.org"], undefined, ["a.org"]],
    ["nothing wanted", ["a.org"], [], []],
    ["the same", ["a.org", "b.org"], ["a.org"], ["a.org"]],
    ["another", ["a.org"], ["evil.example"], []],
    ["a part of a pattern", ["*.a.org"], ["x.a.org", "a.org"], ["x.a.org"]],
    ["a narrower pattern", ["*.a.org"], ["*.x.a.org"], ["*.x.a.org"]],
    ["a wider pattern", ["x.a.org"], ["*.a.org"], ["x.a.org"]],
    ["the pattern's own host", ["a.org"], ["*.a.org"], []],
    ["a name that only ends alike", ["*.a.org"], ["evila.org"], []],
    [
      "with the operator's port",
      ["*.a.org:8080", "10.0.0.5:81"],
      ["x.a.org", "10.0.0.5"],
      ["x.a.org:8080", "10.0.0.5:81"],
    ],
  ])("%s", (_, own, wanted, expected) => {
    expect(narrowHosts(own, wanted)).toEqual(expected);
  });

  it("never reach what the operator's do not, in 2,000 pairs", () => {
    let state = 7;
    const pick = <Item>(items: readonly Item[]): Item => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return items[Math.floor((state / 2_147_483_648) * items.length)] as Item;
    };
    const names = ["a.org", "x.a.org", "y.x.a.org", "b.org", "xa.org", "*.a.org", "*.x.a.org", "*.b.org"];
    const hosts = ["a.org", "x.a.org", "z.a.org", "y.x.a.org", "q.y.x.a.org", "b.org", "c.b.org", "xa.org"];
    const wider: string[] = [];
    let reached = 0;
    for (let round = 0; round < 2000; round++) {
      const own = [pick(names) + pick(["", ":81"]), pick(names)];
      const wanted = [pick(names), pick(names)];
      for (const host of hosts)
        for (const port of [80, 81]) {
          if (!isAllowedHost({ host, port }, narrowHosts(own, wanted))) continue;
          reached += 1;
          if (!isAllowedHost({ host, port }, own)) wider.push(`${own} ${wanted} ${host}`);
        }
    }
    expect(wider).toEqual([]);
    expect(reached).toBeGreaterThan(1000);
  });
});
