// The client of the parser's process: starts it when it is needed, sends it texts, replaces it when it has grown too large, crashed or
// hangs, ends it when it is idle. A text that the process died of is cut into windows of lines and the reason reported; no text is ever
// lost and none makes it reject, except by the signal.
import type { ChildProcess } from "node:child_process";
import type { BlobOutline, Chunk } from "@outpost/retrieval";
import { chunkText } from "../chunker/chunker.ts";
import { outlineNames } from "../chunker/outline-names.ts";
import type { Language } from "../languages/language.ts";
import { getLanguage } from "../languages/registry.ts";
import { forkParser, type ProcessEntry } from "./fork-parser.ts";
import type { ParserReply, ParserRequest } from "./messages.ts";
import { patience } from "./parse-within.ts";
import type { BrokenPlace } from "./syntax-errors.ts";

export interface ParseResult {
  chunks: Chunk[];
  /** Absent: the process said nothing of names. */
  outline?: BlobOutline;
  hasParseErrors: boolean;
  /** The first places where the syntax is broken; none unless the parser was made to find them. */
  errors: readonly BrokenPlace[];
  /** Why the chunks are windows of lines although the language has a grammar; null otherwise. */
  problem: string | null;
}

export interface ParserStats {
  /** Processes started, the first included. */
  starts: number;
  crashes: number;
  timeouts: number;
  peakRssBytes: number;
}

export interface Parser {
  parse(input: { path: string; language: string; text: string }, signal?: AbortSignal): Promise<ParseResult>;
  stats(): ParserStats;
  /** Ends the process; it starts again when something is parsed. Nothing may be under way. */
  rest(): Promise<void>;
  /** Nobody waits for an answer any more. An idle process stays; one that is still at a text is ended. Starts that failed are forgotten. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface ParserOptions {
  entry: ProcessEntry;
  /** Of the processor for the parsing of one text, kept by the process; of the clock up to five times as much. Default 5 s. */
  timeoutMs?: number;
  /** Without an answer for so long the process hangs and is killed. Default 5 s more than the parsing may take. */
  hangTimeoutMs?: number;
  /** A process that is not ready after so long is killed. Default 60 s. */
  startTimeoutMs?: number;
  /** A process that had nothing to do for so long is ended. Default: it stays. */
  idleMs?: number;
  /** A process that reports more is replaced. Default 700 MB. */
  maxRssBytes?: number;
  /** Texts sent ahead. Default 4. */
  maxInFlight?: number;
  /** Whether to say where the syntax is broken, too. Default false: indexing does not ask, and in some code it costs a tenth of parsing. */
  findErrors?: boolean;
}

interface Job {
  id: number;
  language: Language;
  text: string;
  resolve: (result: ParseResult) => void;
}

/** Starts that may fail in a row before parsing is given up until the next `rest` or `settle`. */
const MAX_FAILED_STARTS = 3;

export function createParser(options: ParserOptions): Parser {
  return new ParserClient(options);
}

class ParserClient implements Parser {
  private readonly entry: ProcessEntry;
  private readonly timeoutMs: number;
  private readonly hangTimeoutMs: number;
  private readonly startTimeoutMs: number;
  private readonly idleMs: number | undefined;
  private readonly maxRssBytes: number;
  private readonly maxInFlight: number;
  private readonly findErrors: boolean;
  private readonly waiting: Job[] = [];
  /** In the order in which they were sent; the process works on the first. */
  private inFlight: Job[] = [];
  private child: ChildProcess | null = null;
  private isReady = false;
  private isRetiring = false;
  private isClosed = false;
  private failedStarts = 0;
  private lastId = 0;
  private timer: NodeJS.Timeout | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private diedOf: string | null = null;
  private readonly counts: ParserStats = { starts: 0, crashes: 0, timeouts: 0, peakRssBytes: 0 };

  constructor(options: ParserOptions) {
    this.entry = options.entry;
    this.timeoutMs = options.timeoutMs ?? 5_000;
    this.hangTimeoutMs = options.hangTimeoutMs ?? this.timeoutMs * patience + 5_000;
    this.startTimeoutMs = options.startTimeoutMs ?? 60_000;
    this.idleMs = options.idleMs;
    this.maxRssBytes = options.maxRssBytes ?? 700_000_000;
    this.maxInFlight = options.maxInFlight ?? 4;
    this.findErrors = options.findErrors ?? false;
  }

  parse(input: { path: string; language: string; text: string }, signal?: AbortSignal): Promise<ParseResult> {
    const language = getLanguage(input.language);
    signal?.throwIfAborted();
    if (!language.grammar) return Promise.resolve(byLines(input.text, language, null));
    return new Promise((resolve, reject) => {
      const job: Job = {
        id: ++this.lastId,
        language,
        text: input.text,
        resolve: (result) => {
          signal?.removeEventListener("abort", abort);
          resolve(result);
        },
      };
      const abort = () => {
        const index = this.waiting.indexOf(job);
        if (index !== -1) this.waiting.splice(index, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.waiting.push(job);
      this.pump();
    });
  }

  stats(): ParserStats {
    return { ...this.counts };
  }

  async rest(): Promise<void> {
    this.failedStarts = 0;
    const { child } = this;
    if (!child) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  async settle(): Promise<void> {
    if (this.inFlight.length > 0) await this.rest();
    this.failedStarts = 0;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.rest();
    this.pump();
  }

  private pump(): void {
    clearTimeout(this.idleTimer);
    if (this.waiting.length === 0) {
      this.awaitWork();
      return;
    }
    const reason = this.isClosed
      ? "the parser is closed"
      : this.failedStarts >= MAX_FAILED_STARTS
        ? this.brokenReason()
        : null;
    if (reason !== null) {
      for (const job of this.waiting.splice(0)) job.resolve(byLines(job.text, job.language, reason));
      return;
    }
    if (!this.child) this.start();
    if (!this.isReady || this.isRetiring) return;
    while (this.inFlight.length < this.maxInFlight) {
      const job = this.waiting.shift();
      if (!job) break;
      this.inFlight.push(job);
      this.send({ kind: "parse", id: job.id, language: job.language.name, text: job.text });
    }
    if (this.inFlight.length > 0 && !this.timer) this.watch();
  }

  private awaitWork(): void {
    if (this.idleMs === undefined || !this.isReady || this.inFlight.length > 0) return;
    this.idleTimer = setTimeout(() => this.retire(), this.idleMs);
  }

  private retire(): void {
    this.isRetiring = true;
    if (this.inFlight.length === 0) this.child?.kill("SIGKILL");
  }

  private brokenReason(): string {
    return `the parser's process failed to start ${MAX_FAILED_STARTS} times (${this.diedOf ?? "no reason given"})`;
  }

  private start(): void {
    this.counts.starts++;
    const child = forkParser(this.entry, "pipe");
    this.child = child;
    this.watch();
    let stderr = "";
    child.stderr?.on("data", (data: Buffer) => {
      stderr = (stderr + data.toString("utf8")).slice(-2_000);
    });
    child.on("message", (reply: ParserReply) => this.receive(reply));
    child.on("error", (error) => {
      stderr = error.message;
    });
    child.once("close", (code, signal) => this.ended(child, lastLine(stderr) ?? signal ?? `exit code ${code}`));
  }

  private send(request: ParserRequest): void {
    // A failure to send means that the process is gone; "close" deals with it.
    this.child?.send(request, () => {});
  }

  private receive(reply: ParserReply): void {
    if (reply.kind === "ready") {
      this.isReady = true;
      this.watch();
      this.send({ kind: "configure", timeoutMs: this.timeoutMs, findErrors: this.findErrors });
    } else if (reply.kind === "parsed") {
      this.failedStarts = 0;
      const job = this.inFlight.shift();
      if (job?.id !== reply.id) throw new Error(`the parser answered ${reply.id} out of turn`);
      this.watch();
      this.counts.peakRssBytes = Math.max(this.counts.peakRssBytes, reply.rssBytes);
      if (reply.rssBytes > this.maxRssBytes) this.retire();
      job.resolve({
        chunks: reply.chunks,
        ...(reply.outline ? { outline: reply.outline } : {}),
        hasParseErrors: reply.hasParseErrors,
        errors: reply.errors ?? [],
        problem: reply.problem,
      });
      if (this.isRetiring) this.retire();
    }
    this.pump();
  }

  /** Only a hang in native code, or of the system, gets there. */
  private watch(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isReady && this.inFlight.length === 0) return;
    const waitMs = this.isReady ? this.hangTimeoutMs : this.startTimeoutMs;
    this.timer = setTimeout(() => {
      this.counts.timeouts++;
      this.diedOf = `no answer in ${waitMs} ms`;
      this.child?.kill("SIGKILL");
    }, waitMs);
  }

  /** The first text in flight is what the process was at; the others go back to the front of the queue. */
  private ended(child: ChildProcess, reason: string): void {
    if (this.child !== child) return;
    const wasReady = this.isReady;
    this.child = null;
    this.isReady = false;
    this.isRetiring = false;
    clearTimeout(this.timer);
    this.timer = undefined;
    const cause = this.diedOf ?? reason;
    this.diedOf = wasReady ? null : cause;
    if (!wasReady) this.failedStarts++;
    const [culprit, ...others] = this.inFlight;
    this.inFlight = [];
    this.waiting.unshift(...others);
    if (culprit) {
      this.counts.crashes++;
      culprit.resolve(byLines(culprit.text, culprit.language, `the parser's process died (${cause})`));
    }
    this.pump();
  }
}

function byLines(text: string, language: Language, problem: string | null): ParseResult {
  const outline = outlineNames(text, language);
  return { chunks: chunkText(text, language), outline, hasParseErrors: problem !== null, errors: [], problem };
}

function lastLine(text: string): string | undefined {
  return text
    .trim()
    .split("\n")
    .findLast((line) => /error/i.test(line))
    ?.trim()
    .slice(0, 300);
}
