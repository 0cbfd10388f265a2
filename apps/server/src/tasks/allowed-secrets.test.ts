import type { Change } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { allowedBy, assertSecretsAllowed } from "./allowed-secrets.ts";

const finding = (id: string) => ({ id, rule: id.split(":")[0] ?? "", what: "a key", path: "a.ts", line: 3 });
const change = (secrets: ReturnType<typeof finding>[], path = "a.ts") =>
  ({ secrets, files: [{ path, oldPath: null }] }) as unknown as Change;
const [one, two] = [finding("stripe-key:0a1b2c3d"), finding("known:11111111")];

describe("a change with what looks like a secret", () => {
  it("is not accepted until each finding is named", () => {
    const both = change([one, two]);
    expect(() => assertSecretsAllowed(both, {})).toThrow(/a key at a\.ts:3 \(stripe-key:0a1b2c3d\)/);
    try {
      assertSecretsAllowed(both, { allowSecrets: [one.id] });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "conflict", details: { reason: "secrets", secrets: [two] } });
    }
    assertSecretsAllowed(both, { allowSecrets: [one.id, two.id] });
    expect(allowedBy({ allowSecrets: [one.id] })).toEqual({ allowedSecrets: [one.id] });
  });

  it("or of before there were findings, or with none, is accepted", () => {
    assertSecretsAllowed(change([]), {});
    assertSecretsAllowed({ files: [] } as unknown as Change, {});
    expect(allowedBy({})).toEqual({});
  });

  it("in a path is not accepted at all: the path in the log is not the true one", () => {
    const hidden = change([], "keys/[REDACTED:known:00000000].txt");
    expect(() => assertSecretsAllowed(hidden, {})).toThrow(/holds a secret/);
  });
});
