// Runs a spec that names hosts: opens a proxy for it alone, shows the proxy's socket inside, and starts the command behind the forwarder.
// The command has no other network. Not covered: programs that do not ask the proxy that their environment names reach nothing.
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessSpec } from "@outpost/core";
import { OutpostError } from "@outpost/protocol";
import type { RunSpec } from "../run-spec.ts";
import { forwarderPort, forwarderScript, missingProgramStatus } from "./forwarder-script.ts";
import { openProxy, type Resolve, resolveByName } from "./proxy.ts";

export interface HostsOptions {
  dataDirectory: string;
  /** Default: the system's resolver. */
  resolve?: Resolve | undefined;
}

const inside = "/run/outpost";
const insideNode = "/run/outpost-node";
/** Of the forwarder's own, which count among the command's. */
const forwarderThreads = 24;

export function withHosts(run: RunSpec, { dataDirectory, resolve = resolveByName }: HostsOptions): RunSpec {
  return async (spec, signal) => {
    const rules = spec.hosts ?? [];
    if (rules.length === 0 || spec.network) return await run(spec, signal);
    const parent = join(dataDirectory, "sandbox");
    await mkdir(parent, { recursive: true });
    const place = await mkdtemp(join(parent, "proxy-"));
    // commands may be another user; what is in it is no secret, and its name cannot be guessed
    await chmod(place, 0o711);
    await writeFile(join(place, "forward.cjs"), forwarderScript, { mode: 0o644 });
    const proxy = await openProxy({ socketPath: join(place, "socket"), rules, resolve });
    try {
      const result = await run(behindForwarder(spec, place), signal);
      if (result.exitCode === missingProgramStatus && result.stderr.text === "outpost: no such program\n") {
        throw new OutpostError("not_found", `program "${spec.argv[0] ?? ""}" does not exist in the sandbox`);
      }
      return result;
    } finally {
      proxy.close();
      await rm(place, { recursive: true, force: true });
    }
  };
}

function behindForwarder(spec: ProcessSpec, place: string): ProcessSpec {
  const isOfSystem = process.execPath.startsWith("/usr/");
  const node = isOfSystem ? process.execPath : insideNode;
  const proxy = `http://127.0.0.1:${forwarderPort}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
  const env = Object.fromEntries(names.map((name) => [name, proxy]));
  return {
    ...spec,
    argv: [node, join(inside, "forward.cjs"), join(inside, "socket"), ...spec.argv],
    env: { ...env, NO_PROXY: "localhost,127.0.0.1", no_proxy: "localhost,127.0.0.1", ...spec.env },
    mounts: [
      ...spec.mounts,
      { source: place, target: inside, writable: false },
      ...(isOfSystem ? [] : [{ source: process.execPath, target: insideNode, writable: false }]),
    ],
    limits: { ...spec.limits, processes: spec.limits.processes + forwarderThreads },
  };
}
