// The server as it is installed: the bundle that the test run made, or else one made now. Knows nothing of how it is started.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type EntryPoint, entryPoint } from "../process/entry-points.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** Into `dist`, whose command line is left alone: others may be running it. */
export function bundleServer(): EntryPoint {
  if (process.env["OUTPOST_BUNDLES"]) return entryPoint("server");
  const { status, stderr } = spawnSync(process.execPath, ["scripts/build.mjs", "server"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the server cannot be bundled: ${stderr}`);
  return { modulePath: fileURLToPath(new URL("../../../../dist/server.js", import.meta.url)), execArgv: [] };
}
