// The rules against a labelled set of random tokens, and their time.
import { describe, expect, it } from "vitest";
import { beyondRules, withoutSecret, withSecret } from "./labelled/samples.ts";
import { findSecrets, maxScannedCharacters } from "./rule-scanner.ts";
import { allRules } from "./rules/all-rules.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const classes: Record<string, string> = {
  A: letters + digits,
  X: "0123456789abcdef",
  U: letters.slice(0, 26) + digits,
  D: digits,
  B: `${letters}${digits}+/`,
  W: `${letters}${digits}-_`,
  "2": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  Q: "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
};
const rounds = process.env["OUTPOST_FULL"] === "1" ? 50 : 5;

let seed = 11;
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}

function fill(template: string): string {
  return template.replaceAll(/\{([A-Za-z2])(\d+)\}/g, (_, name: string, count: string) => {
    const characters = classes[name] ?? "";
    return Array.from({ length: Number(count) }, () => characters[Math.floor(random() * characters.length)]).join("");
  });
}

/** The text without the brackets, and where the secret stands. */
function sample(template: string): { text: string; secret: string } {
  const filled = fill(template);
  return { text: filled.replaceAll(/[«»]/g, ""), secret: /«([\s\S]*)»/.exec(filled)?.[1] ?? "" };
}

/** Covered when what is found holds all but a few characters of the secret. */
function isFound({ text, secret }: { text: string; secret: string }): boolean {
  const start = text.indexOf(secret);
  return findSecrets(text).some((found) => found.start <= start + 4 && found.end >= start + secret.length - 4);
}

describe("the rules", () => {
  it("find at least 95 of 100 tokens of known shape, and little else", () => {
    const missed = new Map<string, number>();
    let found = 0;
    for (let round = 0; round < rounds; round++)
      for (const [where, template] of withSecret) {
        const given = sample(template);
        if (isFound(given)) found++;
        else missed.set(where, (missed.get(where) ?? 0) + 1);
      }
    const wrong = withoutSecret.flatMap(([where, template]) =>
      Array.from({ length: rounds }, () => fill(template)).flatMap((text) =>
        findSecrets(text).map(({ rule }) => `${where}: ${rule}`),
      ),
    );
    const total = withSecret.length * rounds;
    const recall = found / total;
    const beyond = beyondRules.filter(([, template]) => isFound(sample(template))).length;
    const missedShown = [...missed].map(([where, count]) => `${where} ${count}/${rounds}`).join(", ");
    console.info(
      `${allRules.length} rules; recall ${(100 * recall).toFixed(1)} % of ${total} samples of ${withSecret.length} kinds; missed: ${missedShown || "none"}; of ${beyondRules.length} kinds beyond the rules ${beyond} found; ${wrong.length} false of ${withoutSecret.length * rounds}${wrong.length > 0 ? ` (${[...new Set(wrong)].join(", ")})` : ""}`,
    );
    expect(recall).toBeGreaterThan(0.95);
    expect(wrong.length).toBeLessThan(0.03 * withoutSecret.length * rounds);
  });

  it("have ids of their own, and keywords in small letters", () => {
    expect(new Set(allRules.map(({ id }) => id)).size).toBe(allRules.length);
    for (const { id, keywords } of allRules) {
      expect(id).toMatch(/^[a-z0-9-]{2,40}$/);
      expect(keywords.length).toBeGreaterThan(0);
      for (const keyword of keywords) expect(keyword).toBe(keyword.toLowerCase());
    }
  });

  it.each([
    ["code", 'const token = lexer.next(); // "secret" password api_key\nreturn { token, key: "abc" };\n'],
    ["keywords alone", "secret=token=password=AKIA sk- eyJ "],
    ["what regular expressions choke on", `password = "${"a".repeat(299)}!`],
    ["an endless token", "eyJ"],
  ])("take bounded time on a full text of %s", (_, unit) => {
    const text = unit.repeat(Math.ceil(maxScannedCharacters / unit.length));
    const started = process.cpuUsage();
    findSecrets(text);
    const ms = process.cpuUsage(started).user / 1000;
    console.info(`${maxScannedCharacters} characters: ${Math.round(ms)} ms`);
    expect(ms).toBeLessThan(30_000);
  });
});
