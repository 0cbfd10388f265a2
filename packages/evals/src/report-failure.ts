// Imported first by every benchmark: what a person got wrong is one line and status 2, a bug is loud.
import { isOutpostError } from "@outpost/protocol";

process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
  const isUsage = error.code?.startsWith("ERR_PARSE_ARGS") ?? false;
  console.error(isUsage || isOutpostError(error) ? error.message : error);
  process.exit(isUsage || isOutpostError(error) ? 2 : 1);
});
