// The parser's process: takes texts over IPC, answers with chunks, one after the other. Knows no files and no catalog; it may die at any
// text, which is why it is a process. Its entry file calls `runParserProcess()` and nothing else.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { chunkText, chunkTree } from "../chunker/chunker.ts";
import { outlineNames } from "../chunker/outline-names.ts";
import { delayOptimizing } from "../delay-optimizing.ts";
import type { Language } from "../languages/language.ts";
import { getLanguage, languages } from "../languages/registry.ts";
import type { GrammarSupport, ParserReply, ParserRequest } from "./messages.ts";
import { createSyntaxParser, GrammarUnavailable, type SyntaxParser } from "./syntax.ts";

/** Native trees are freed by finalizers, which run when V8 collects and the event loop turns; neither happens by itself in time. */
const COLLECT_AFTER_CHARACTERS = 3_000_000;
/** Asking for the memory in use costs as much as parsing a small file. */
const MEASURE_AFTER_CHARACTERS = 100_000;

export function runParserProcess(): void {
  delayOptimizing();
  const collect = exposeGarbageCollector();
  let syntax: SyntaxParser | undefined;
  let findErrors = false;
  let uncollected = 0;
  let unmeasured = 0;
  let rssBytes = process.memoryUsage.rss();
  let queue = Promise.resolve();

  async function answer(request: Extract<ParserRequest, { kind: "parse" }>): Promise<void> {
    syntax ??= createSyntaxParser(5_000);
    const parsed = await parse(syntax, request, findErrors);
    uncollected += request.text.length;
    unmeasured += request.text.length;
    if (unmeasured >= MEASURE_AFTER_CHARACTERS) {
      unmeasured = 0;
      rssBytes = process.memoryUsage.rss();
    }
    if (uncollected >= COLLECT_AFTER_CHARACTERS) {
      uncollected = 0;
      collect();
    }
    send({ kind: "parsed", id: request.id, ...parsed, rssBytes });
    await new Promise(setImmediate);
  }

  process.on("message", (request: ParserRequest) => {
    if (request.kind === "configure") {
      syntax = createSyntaxParser(request.timeoutMs);
      findErrors = request.findErrors;
    } else if (request.kind === "probe") void loadAll().then((support) => send({ kind: "probed", support }));
    else queue = queue.then(() => answer(request));
  });
  process.on("disconnect", () => process.exit(0));
  // The parent may have gone while this process was still starting.
  if (!process.connected) process.exit(0);
  send({ kind: "ready" });
}

async function loadAll(): Promise<GrammarSupport> {
  const syntax = createSyntaxParser(5_000);
  const support: GrammarSupport = {};
  for (const language of languages) {
    const { name, grammar } = language;
    if (!grammar) continue;
    try {
      support[name] = { by: await syntax.load({ ...language, grammar }), problem: null };
    } catch (error) {
      support[name] = { by: "lines", problem: error instanceof Error ? error.message : String(error) };
    }
  }
  return support;
}

async function parse(syntax: SyntaxParser, request: { language: string; text: string }, findErrors: boolean) {
  const { text } = request;
  const language = getLanguage(request.language);
  const { grammar } = language;
  if (!grammar) return { ...readLines(text, language), hasParseErrors: false, problem: null };
  try {
    const outline = await syntax.parse(text, { ...language, grammar });
    return {
      chunks: chunkTree(outline),
      outline: outlineNames(text, language, outline.definitions),
      hasParseErrors: outline.hasErrors,
      ...(findErrors ? { errors: outline.findErrors() } : {}),
      problem: null,
    };
  } catch (error) {
    if (error instanceof GrammarUnavailable) {
      return { ...readLines(text, language), hasParseErrors: false, problem: null };
    }
    const problem = error instanceof Error ? error.message : String(error);
    return { ...readLines(text, language), hasParseErrors: true, problem };
  }
}

function readLines(text: string, language: Language) {
  return { chunks: chunkText(text, language), outline: outlineNames(text, language) };
}

function send(reply: ParserReply): void {
  if (process.connected) process.send?.(reply);
}

function exposeGarbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
