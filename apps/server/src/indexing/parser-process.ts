// Entry point of the indexer's parser.
import { runParserProcess } from "@outpost/indexer";

runParserProcess();
