// The parser of the benchmarks, with a process of its own: the bundle that a server runs, since what a source file takes to be compiled
// at each start is no cost of indexing.
import { join } from "node:path";
import { createParser, type Parser } from "@outpost/indexer";
import { buildBundles } from "../harness/server-process.ts";

export function createBenchParser(): Parser {
  return createParser({ entry: { modulePath: join(buildBundles(), "parser.js"), execArgv: [] } });
}
