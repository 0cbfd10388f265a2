// The parser of the benchmarks, with a process of its own.
import { fileURLToPath } from "node:url";
import { createParser, type Parser } from "@outpost/indexer";

export function createBenchParser(): Parser {
  return createParser({
    entry: {
      modulePath: fileURLToPath(new URL("./parser-entry.ts", import.meta.url)),
      execArgv: ["--import", import.meta.resolve("tsx")],
    },
  });
}
