import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { findRedactionMark } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { createConcealer } from "./conceal.ts";
import { createRedactor } from "./redactor.ts";

const secret = `S3cr&t"'<x> ${randomBytes(12).toString("base64url")}\\=/`;

function redactorOf(...values: string[]) {
  const redactor = createRedactor();
  redactor.useMarkKey("k".repeat(64));
  redactor.add(values);
  return redactor;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const forms: [string, (value: string) => string][] = [
  ["as it is", (value) => value],
  ["in JSON", (value) => JSON.stringify({ value })],
  ["in JSON in JSON", (value) => JSON.stringify(JSON.stringify({ value }))],
  ["in an address", (value) => `?q=${encodeURIComponent(value)}`],
  ["in a form", (value) => new URLSearchParams({ value: value.replaceAll("'", "") }).toString()],
  ["in base64", base64],
  ["in base64 behind one character", (value) => base64(`x${value}y`)],
  ["in base64 behind two characters", (value) => base64(`ab${value}`)],
  ["in base64url", (value) => Buffer.from(`user:${value}`).toString("base64url")],
  ["in base64, wrapped", (value) => base64(`${"p".repeat(50)}${value}`).replaceAll(/.{60}/g, "$&\n")],
  ["in hexadecimal", (value) => Buffer.from(value).toString("hex")],
  [
    "in HTML",
    (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  ],
  ["quoted by a shell", (value) => execFileSync("bash", ["-c", 'printf %q "$0"', value], { encoding: "utf8" })],
];

describe("a known secret", () => {
  it.each(forms)("is taken out: %s", (name, write) => {
    const value = name === "in a form" ? secret.replaceAll("'", "") : secret;
    const text = `before ${write(value)} after`;
    const shown = redactorOf(value).redact(text);
    expect(findRedactionMark(shown)).toMatch(/^\[REDACTED:known:[0-9a-f]{8}\]$/);
    expect(shown).toMatch(/^before .*after$/s);
    expect(shown.length).toBeLessThan(text.length + 40);
    expect(shown).not.toContain(write(value));
    expect(redactorOf(value).redact(shown)).toBe(shown);
  });

  it("has the same mark everywhere, which another value has not, nor another key", () => {
    const one = redactorOf("abcdef-1234567", "other-98765432");
    expect(one.redact("abcdef-1234567 YWJjZGVmLTEyMzQ1Njc= other-98765432")).toMatch(
      /^(\[REDACTED:known:[0-9a-f]{8}\]) \1.{0,2} (?!\1)\[REDACTED:known:[0-9a-f]{8}\]$/,
    );
    const other = createRedactor();
    other.add(["abcdef-1234567"]);
    expect(other.redact("abcdef-1234567")).not.toBe(one.redact("abcdef-1234567"));
  });

  it("is taken out of keys and texts of data at any depth, and nothing else changes", () => {
    const redactor = redactorOf("abcdef-1234567");
    const data = { a: [1, null, { "abcdef-1234567": "x abcdef-1234567" }], b: true };
    expect(JSON.stringify(redactor.redactValue(data))).not.toContain("abcdef");
    const clean = { a: [1, { b: "c" }] };
    expect(redactor.redactValue(clean)).toBe(clean);
  });

  it("is the only thing that changes in data, wherever it stands", () => {
    const secret = "hunter2-and-more";
    const redactor = redactorOf(secret);
    const mark = redactor.redact(secret);
    const around = (value: string) => [
      { first: 1, of: [value, "between", { [value]: null }], last: "end" },
      [[], value, [Number.NaN, { a: { b: value } }]],
      { [`key ${value}`]: value, other: value, none: undefined },
    ];
    expect(redactor.redactValue(around(secret))).toStrictEqual(around(mark));
    expect(Object.keys(redactor.redactValue({ a: secret, b: 1, c: secret }))).toEqual(["a", "b", "c"]);
  });

  it("of several lines is taken out whole, in one line with escapes, and line by line", () => {
    const key = [
      "-----BEGIN PRIVATE KEY-----",
      ...Array.from({ length: 3 }, () => randomBytes(36).toString("base64")),
      "-----END PRIVATE KEY-----",
    ].join("\n");
    const redactor = redactorOf(key);
    const lines = key.split("\n").slice(1, -1);
    for (const text of [
      key,
      JSON.stringify(key),
      key
        .split("\n")
        .map((line, index) => `${index + 1}|${line}`)
        .join("\n"),
    ])
      for (const line of lines) expect(redactor.redact(text)).not.toContain(line);
  });

  it("is told by its beginning where a text was cut", () => {
    const shown = redactorOf("abcdefgh-123456789012").redact(
      "key=abcdefgh-12345… (+99 characters)\nabcdefgh-12345 is fine",
    );
    expect(shown).toContain("key=[REDACTED:cut:00000000]… (+99");
    expect(shown).toContain("abcdefgh-12345 is fine");
  });

  it("is not told from too little, and a token of Outpost is one without being told", () => {
    expect(redactorOf("abc").redact("abc")).toBe("abc");
    expect(redactorOf().redact(`x outpost_${"A".repeat(43)} y`)).toMatch(
      /^x \[REDACTED:outpost-token:[0-9a-f]{8}\] y$/,
    );
  });
});

describe("a stream", () => {
  it("gives no secret away, however it is cut into pieces, and loses nothing else", () => {
    const values = Array.from({ length: 20 }, () => randomBytes(9).toString("base64url"));
    const redactor = redactorOf(...values);
    let seed = 3;
    const random = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    for (let round = 0; round < 300; round++) {
      const parts = Array.from({ length: 8 }, () =>
        random() < 0.4 ? (values[Math.floor(random() * values.length)] ?? "") : `word${Math.floor(random() * 1e6)} `,
      );
      const text = parts.join("");
      const stream = redactor.openStream();
      let shown = "";
      for (let at = 0; at < text.length; ) {
        const size = 1 + Math.floor(random() * (round % 7 === 0 ? 1 : 9));
        shown += stream.push(text.slice(at, at + size));
        at += size;
      }
      shown += stream.end();
      expect(shown).toBe(redactor.redact(text));
      for (const value of values) expect(shown).not.toContain(value);
    }
  });

  it("does not wait where nothing begins like a secret", () => {
    expect(redactorOf("abcdefgh").openStream().push("hello ")).toBe("hello ");
  });
});

describe("redacting", () => {
  it("takes time that does not grow with the number of secrets times the text", () => {
    const redactor = redactorOf(...Array.from({ length: 1000 }, () => randomBytes(24).toString("base64url")));
    const text = "const value = compute(input, options);\n".repeat(10_000);
    const started = process.cpuUsage();
    redactor.redact(text);
    const { user } = process.cpuUsage(started);
    console.info(`1,000 known secrets in ${text.length} characters: ${Math.round(user / 1000)} ms`);
    expect(redactor.redact(text)).toBe(text);
  });
});

describe("concealing", () => {
  const token = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6"}`;
  it("takes out what a rule finds, unless a person said that it is none", () => {
    const redactor = redactorOf();
    const shown = createConcealer(redactor, new Set()).conceal(`token ${token} here`);
    const id = /\[REDACTED:(github-token:[0-9a-f]{8})\]/.exec(shown)?.[1] ?? "";
    expect(shown).toBe(`token [REDACTED:${id}] here`);
    expect(createConcealer(redactor, new Set([id])).conceal(`token ${token} here`)).toBe(`token ${token} here`);
  });

  it("cuts what is too long to be looked through", () => {
    const shown = createConcealer(redactorOf(), new Set()).conceal(`${"x y ".repeat(120_000)}${token}`);
    expect(shown).not.toContain(token);
    expect(shown).toMatch(/characters left out/);
  });
});
