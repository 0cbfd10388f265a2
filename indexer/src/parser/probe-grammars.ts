// Asks a parser's process of its own which grammars load on this machine: loading one can end a process, so that it is not done here.
import { OutpostError } from "@outpost/protocol";
import { forkParser, type ProcessEntry } from "./fork-parser.ts";
import type { GrammarSupport, ParserReply, ParserRequest } from "./messages.ts";

/** Rejects with `unavailable` (retryable) when the process ends without an answer, or takes longer than `timeoutMs`. */
export function probeGrammars(entry: ProcessEntry, timeoutMs = 30_000): Promise<GrammarSupport> {
  const child = forkParser(entry, "ignore");
  return new Promise<GrammarSupport>((resolve, reject) => {
    const fail = (detail: string) =>
      reject(new OutpostError("unavailable", `the grammars could not be looked at: ${detail}`, { retryable: true }));
    const timer = setTimeout(() => fail(`no answer in ${timeoutMs} ms`), timeoutMs);
    child.on("message", (reply: ParserReply) => {
      if (reply.kind === "ready") child.send({ kind: "probe" } satisfies ParserRequest, () => {});
      else if (reply.kind === "probed") resolve(reply.support);
    });
    child.once("error", (error) => fail(error.message));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      fail(`the parser's process ended (${signal ?? code})`);
    });
  }).finally(() => child.kill("SIGKILL"));
}
