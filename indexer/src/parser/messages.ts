// What the parser's client and its process say to each other.
import type { BlobOutline, Chunk } from "@outpost/retrieval";
import type { BrokenPlace } from "./syntax-errors.ts";

export type ParserRequest =
  | { kind: "configure"; timeoutMs: number; findErrors: boolean }
  | { kind: "parse"; id: number; language: string; text: string }
  /** Load every grammar. */
  | { kind: "probe" };

/** What reads the languages that have a grammar; `problem` when nothing could be loaded. */
export type GrammarSupport = Record<string, { by: "native" | "wasm" | "lines"; problem: string | null }>;

export type ParserReply =
  | { kind: "ready" }
  | { kind: "probed"; support: GrammarSupport }
  | {
      kind: "parsed";
      id: number;
      chunks: Chunk[];
      outline?: BlobOutline;
      hasParseErrors: boolean;
      /** The first of them, where they were asked for. */
      errors?: BrokenPlace[];
      /** Why there was no tree and the chunks are windows of lines; null when there was one. */
      problem: string | null;
      /** Of the whole process, after this file or one shortly before. */
      rssBytes: number;
    };
