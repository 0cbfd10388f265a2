// The parser's process of the benchmark.
import { runParserProcess } from "@outpost/indexer";

runParserProcess();
