// Containers that nobody waits for any more: their worker was killed, and the engine goes on without it.
// Covered: those that this server's processes on this machine made, told by a label and by the process that made each. Not covered: a process
// whose number was given to another one since; its containers stay until that one ends, or the engine is told by hand.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { execa } from "execa";
import { type ContainerEngine, questionOptions } from "./container-engine.ts";

const maxAtOnce = 200;

/** The same for all processes of one server, and for no other server that speaks to the same engine. */
export function serverLabel(dataDirectory: string): string {
  const hash = createHash("sha256").update(`${hostname()}\0${dataDirectory}`).digest("hex");
  return `outpost.server=${hash.slice(0, 16)}`;
}

/** Names its maker. */
export function newContainerName(): string {
  return `outpost-${process.pid}-${randomBytes(8).toString("hex")}`;
}

/** How many were removed. Never rejects: what cannot be removed now is at the next start. */
export async function removeLeftContainers(engine: ContainerEngine, label: string): Promise<number> {
  const options = questionOptions(engine);
  const list = ["ps", "--all", "--filter", `label=${label}`, "--format", "{{.Names}}"];
  const { exitCode, stdout } = await execa(engine.path, list, options);
  if (exitCode !== 0) return 0;
  const left = stdout
    .split("\n")
    .filter((name) => isLeft(name))
    .slice(0, maxAtOnce);
  if (left.length > 0) await execa(engine.path, ["rm", "--force", ...left], options);
  return left.length;
}

function isLeft(name: string): boolean {
  const maker = /^outpost-(\d+)-[0-9a-f]{16}$/.exec(name)?.[1];
  return maker !== undefined && !existsSync(`/proc/${maker}`);
}
