// Takes the secrets that the server knows out of texts: before a model, a log, an event, a frame of a stream or a database sees them.
// Covered: the values given to `add`, in the forms of encoded-forms.ts, and whatever looks like an access token of Outpost.
// Not covered: what nobody told it; other secrets are for rule-scanner.ts. Redacting twice gives what redacting once gave.
import { createHmac, randomBytes } from "node:crypto";
import { redactionMark } from "@outpost/protocol";
import { encodedForms } from "./encoded-forms.ts";
import { createKnownMatcher, type KnownMatch, type KnownMatcher } from "./known-matcher.ts";

export interface StreamRedactor {
  /** What may be shown by now: what looks like the beginning of a secret waits for the next piece. */
  push(piece: string): string;
  /** What is left when no piece follows. */
  end(): string;
}

export interface Redactor {
  add(values: Iterable<string>): void;
  /** Marks are made with this from now on, so that a value has the same mark in every process and after every start. */
  useMarkKey(key: string): void;
  redact(text: string): string;
  /** A copy of data as JSON has it, with all its texts redacted; the same object when there is nothing to redact. */
  redactValue<Value>(value: Value): Value;
  openStream(): StreamRedactor;
  /** Eight hexadecimal characters that say no more about a value than whether it is the same. */
  hash8(value: string): string;
  /** Where known secrets stand. */
  findKnown(text: string): KnownMatch[];
  /** What another process needs to redact the same. */
  describe(): { values: string[]; markKey: string };
}

export const knownRule = "known";
const outpostRule = "outpost-token";
const outpostToken = /outpost_[A-Za-z0-9_-]{43}/g;
/** Characters of a secret that give it away where an observation was cut in its middle. */
const tellingPrefix = 8;
const cutMark = /… \(\+|\n\[… /g;
const maxCuts = 64;

export function createRedactor(): Redactor {
  const values = new Set<string>();
  let markKey = randomBytes(16).toString("hex");
  let matcher: KnownMatcher = createKnownMatcher([]);

  const hash8 = (value: string): string => createHmac("sha256", markKey).update(value).digest("hex").slice(0, 8);
  const markOf = (value: string): string => redactionMark(knownRule, hash8(value));

  function redactKnown(text: string): string {
    const matches = matcher.find(text);
    if (matches.length === 0) return text;
    let shown = "";
    let from = 0;
    for (const { start, end, value } of matches) {
      shown += text.slice(from, start) + markOf(value);
      from = end;
    }
    return shown + text.slice(from);
  }

  /** The beginning of a secret right before the mark of a cut. */
  function redactCut(text: string): string {
    if (values.size === 0 || !text.includes("…") || text.search(cutMark) < 0) return text;
    let shown = "";
    let from = 0;
    for (const { index } of [...text.matchAll(cutMark)].slice(0, maxCuts)) {
      const before = text.slice(from, index);
      const open = matcher.openEnd(before);
      shown += before.length - open < tellingPrefix ? before : before.slice(0, open) + redactionMark("cut", "00000000");
      from = index;
    }
    return shown + text.slice(from);
  }

  function redact(text: string): string {
    const known = redactCut(redactKnown(text));
    return known.includes("outpost_")
      ? known.replaceAll(outpostToken, (token) => redactionMark(outpostRule, hash8(token)))
      : known;
  }

  function redactValue<Value>(value: Value): Value {
    if (typeof value === "string") return redact(value) as Value;
    if (Array.isArray(value)) return redactItems(value) as Value;
    return typeof value === "object" && value !== null ? (redactRecord(value) as Value) : value;
  }

  /** Nothing is copied before the first item that is another one: nearly all have nothing to redact. */
  function redactItems(items: unknown[]): unknown[] {
    let copy: unknown[] | null = null;
    for (let index = 0; index < items.length; index += 1) {
      const item = redactValue(items[index]);
      if (copy === null && item !== items[index]) copy = items.slice(0, index);
      copy?.push(item);
    }
    return copy ?? items;
  }

  function redactRecord(record: object): object {
    const entries = Object.entries(record);
    let copy: [string, unknown][] | null = null;
    for (let index = 0; index < entries.length; index += 1) {
      const [key, value] = entries[index] as [string, unknown];
      const shown: [string, unknown] = [redact(key), redactValue(value)];
      if (copy === null && (shown[0] !== key || shown[1] !== value)) copy = entries.slice(0, index);
      copy?.push(shown);
    }
    return copy === null ? record : Object.fromEntries(copy);
  }

  return {
    add(given) {
      const before = values.size;
      for (const value of given) values.add(value.trim());
      if (values.size === before) return;
      const forms = [...values].flatMap((value) => encodedForms(value).map((text) => ({ text, value })));
      matcher = createKnownMatcher(forms);
    },
    useMarkKey(key) {
      markKey = key;
    },
    redact,
    redactValue,
    hash8,
    findKnown: (text) => matcher.find(text),
    openStream: () => openStream(() => matcher, redact),
    describe: () => ({ values: [...values], markKey }),
  };
}

function openStream(matcher: () => KnownMatcher, redact: (text: string) => string): StreamRedactor {
  let held = "";
  return {
    push(piece) {
      held += piece;
      const open = matcher().openEnd(held);
      // A secret that ends behind the open place is not shown in halves.
      const across =
        open < held.length
          ? matcher()
              .find(held)
              .find(({ start, end }) => start < open && end > open)
          : undefined;
      const ready = held.slice(0, across?.start ?? open);
      held = held.slice(ready.length);
      return redact(ready);
    },
    end() {
      const rest = held;
      held = "";
      return redact(rest);
    },
  };
}
