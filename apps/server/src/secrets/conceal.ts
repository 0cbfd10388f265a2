// What the model and the log may see of a foreign text: without the secrets that the server knows, and without what the rules find.
import { redactionMark } from "@outpost/protocol";
import type { Redactor } from "./redactor.ts";
import { findSecrets, maxScannedCharacters } from "./rule-scanner.ts";

export interface Concealer {
  conceal(text: string): string;
}

/** `allowed`: findings (`rule:hash8`) that a person declared to be none. A text over the scanner's limit is cut there, and says so. */
export function createConcealer(redactor: Redactor, allowed: ReadonlySet<string>): Concealer {
  return {
    conceal(text) {
      const known = redactor.redact(text);
      const scanned = known.slice(0, maxScannedCharacters);
      let shown = "";
      let from = 0;
      for (const { start, end, value, rule } of findSecrets(scanned)) {
        const hash8 = redactor.hash8(value);
        if (allowed.has(`${rule}:${hash8}`) || value.includes("[REDACTED:")) continue;
        shown += scanned.slice(from, start) + redactionMark(rule, hash8);
        from = end;
      }
      const rest = known.length - scanned.length;
      return (
        shown +
        scanned.slice(from) +
        (rest > 0 ? `\n[… ${rest} characters left out: too long to look for secrets]` : "")
      );
    },
  };
}
