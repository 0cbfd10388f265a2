// `npm run bench:index -- --repository PATH [--json] [--dist PATH]`: how long indexing and searching a repository take, and how much memory.
// Works on a copy; builds dist/ first, unless told which bundles to run.
import "../report-failure.ts";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { OutpostError } from "@outpost/protocol";
import { buildBundles } from "../harness/server-process.ts";
import { measureIndex } from "./measure.ts";
import { formatIndexResult } from "./report.ts";

const { values } = parseArgs({
  options: { repository: { type: "string" }, json: { type: "boolean", default: false }, dist: { type: "string" } },
});
if (values.repository === undefined)
  throw new OutpostError("invalid_input", "usage: bench:index -- --repository PATH [--json] [--dist PATH]");
const result = await measureIndex(resolve(values.repository), values.dist ?? buildBundles());
console.log(values.json ? JSON.stringify(result) : formatIndexResult(result));
