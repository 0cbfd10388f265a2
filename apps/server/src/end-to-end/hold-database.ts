// Holds the write lock of a server's database from a process of its own: the server can read and do what it does elsewhere, and waits with
// what it would store. So it can be killed for certain between an effect and its event.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const script = `
const Database = require("better-sqlite3");
new Database(process.argv[1], { timeout: 30000 }).exec("BEGIN IMMEDIATE");
process.stdout.write("held");
setInterval(() => {}, 1000);
`;

/** Resolves when it holds it, to what lets it go. */
export async function holdDatabase(dataDirectory: string): Promise<() => Promise<void>> {
  const argv = ["--input-type=commonjs", "-e", script, join(dataDirectory, "tasks.db")];
  const child = spawn(process.execPath, argv, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await Promise.race([
    once(child.stdout, "data"),
    ended.then(() => {
      throw new Error("the database could not be held");
    }),
  ]);
  return async () => {
    child.kill("SIGKILL");
    await ended;
  };
}
