// What a child writes to standard error goes through the server, line by line, so that the secrets it knows are taken out of its children's
// logs and last words as well. Knows nothing of what the lines say.
import type { ChildProcess } from "node:child_process";

const longestLine = 262_144;

export function relayErrors(child: ChildProcess, redact: (line: string) => string): void {
  let held = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (piece: string) => {
    held += piece;
    const end = held.length > longestLine ? held.length : held.lastIndexOf("\n") + 1;
    if (end === 0) return;
    process.stderr.write(redact(held.slice(0, end)));
    held = held.slice(end);
  });
  child.stderr?.on("end", () => {
    if (held !== "") process.stderr.write(redact(held));
    held = "";
  });
}
