import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  ApprovalId,
  BlobHash,
  createIdFactory,
  FactId,
  GitObjectId,
  type IdPrefix,
  RememberedDecisionId,
  RepositoryId,
  RequestId,
  RunId,
  ScheduleId,
  TaskId,
  TokenId,
} from "./ids.ts";

const schemas = {
  rep: RepositoryId,
  tsk: TaskId,
  run: RunId,
  apr: ApprovalId,
  rem: RememberedDecisionId,
  fct: FactId,
  tok: TokenId,
  sch: ScheduleId,
  req: RequestId,
};
const prefixes = Object.keys(schemas) as IdPrefix[];
const random = (count: number) => new Uint8Array(randomBytes(count));

describe("ids", () => {
  it.each(prefixes)("%s ids are of their own kind only", (prefix) => {
    const id = createIdFactory(() => 1_800_000_000_000, random)(prefix);
    expect(id).toMatch(new RegExp(`^${prefix}_[0-9a-z]{22}$`));
    for (const other of prefixes) expect(schemas[other].safeParse(id).success).toBe(other === prefix);
  });

  it("sort by the time they were made, to the millisecond", () => {
    let nowMs = 0;
    const newId = createIdFactory(() => nowMs, random);
    const times = [0, 1, 31, 32, 1023, 1024, 1_799_999_999_999, 1_800_000_000_000, 2 ** 44, 2 ** 50 - 1];
    const ids = times.map((time) => {
      nowMs = time;
      return newId("tsk");
    });
    expect([...ids].sort()).toEqual(ids);
  });

  it("carry the time and the low five bits of each random byte", () => {
    const newId = createIdFactory(
      () => 33,
      (count) => Uint8Array.from({ length: count }, (_, index) => 0xe0 + index),
    );
    expect(newId("run")).toBe("run_00000000110123456789ab");
  });

  it("made in one millisecond differ", () => {
    const newId = createIdFactory(() => 5, random);
    expect(new Set(Array.from({ length: 10_000 }, () => newId("req"))).size).toBe(10_000);
  });

  it.each([
    "",
    "tsk_",
    "tsk_0",
    `tsk_${"0".repeat(21)}`,
    `tsk_${"0".repeat(23)}`,
    `TSK_${"0".repeat(22)}`,
    `tsk_${"0".repeat(21)}A`,
    `tsk_${"0".repeat(21)}/`,
    `tsk-${"0".repeat(22)}`,
    `tsk_${"0".repeat(22)}\n`,
    ` tsk_${"0".repeat(22)}`,
  ])("refuses %j", (text) => {
    expect(TaskId.safeParse(text).success).toBe(false);
  });

  it("says what it expected", () => {
    expect(TaskId.safeParse("x").error?.issues[0]?.message).toBe("expected an id like tsk_ and 22 characters");
  });
});

describe("content addresses", () => {
  it.each([
    ["0".repeat(40), true, false],
    ["f".repeat(64), true, true],
    ["F".repeat(64), false, false],
    ["0".repeat(39), false, false],
    ["0".repeat(63), false, false],
    [`${"0".repeat(40)}\n`, false, false],
    ["g".repeat(40), false, false],
  ])("%j", (text, isGitObject, isBlob) => {
    expect(GitObjectId.safeParse(text).success).toBe(isGitObject);
    expect(BlobHash.safeParse(text).success).toBe(isBlob);
  });
});
