import { runParserProcess } from "./parser-process.ts";

runParserProcess();
