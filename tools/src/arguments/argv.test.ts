import { describe, expect, it } from "vitest";
import { argvSchema, toArgv } from "./argv.ts";

describe("argvSchema", () => {
  it.each([
    [["ls"]],
    [["python3", "-c", "print(1 | 2)"]],
    [["grep", "|", "a.txt"]],
    [["git", "grep", "-e", "<"]],
    [["sh", "-c", "a && b"]],
    [["find", ".", "-exec", "cat", "{}", ";"]],
  ])("takes %j", (argv) => {
    expect(argvSchema.safeParse(argv).success).toBe(true);
  });

  it.each([
    [["npm test"], '["npm","test"]'],
    [["ls | wc -l"], '["sh","-c","ls | wc -l"]'],
    [["pytest 'a b.py'"], '["pytest","a b.py"]'],
    [["make", "&&", "make", "test"], '["sh","-c","make && make test"]'],
    [["cat", "a", ">", "b"], '["sh","-c","cat a > b"]'],
    [[" "], "empty"],
  ])("refuses %j and says how", (argv, how) => {
    const parsed = argvSchema.safeParse(argv);
    expect(parsed.error?.issues[0]?.message).toContain(how);
  });
});

describe("toArgv", () => {
  it.each([
    ["npm test", ["npm", "test"]],
    ["  a   b ", ["a", "b"]],
    [`echo "two words" 'and more' x"y z"`, ["echo", "two words", "and more", "xy z"]],
    ["a && b", ["sh", "-c", "a && b"]],
    ["CI=1 npm test", ["sh", "-c", "CI=1 npm test"]],
    ["cd src && ls", ["sh", "-c", "cd src && ls"]],
    ["ls *.ts", ["sh", "-c", "ls *.ts"]],
    [`say "half`, ["sh", "-c", `say "half`]],
  ])("%s", (line, argv) => {
    expect(toArgv(line)).toEqual(argv);
  });
});
