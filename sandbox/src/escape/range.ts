// The surroundings of the escape tests: a worktree, things beside it that must stay out of reach, and services that must not be reached.
// For tests only; everything is made in a temporary directory and on loopback.
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec } from "@outpost/core";
import { defaultProcessLimits } from "../limits.ts";

export interface EscapeRange {
  dataDirectory: string;
  worktree: string;
  env: Record<string, string>;
  spec(script: string): ProcessSpec;
  /** What got through, as the host sees it; empty when nothing did. */
  damage(): Promise<string[]>;
  close(): Promise<void>;
}

const megabyte = 1_000_000;
const rangeLimits = {
  ...defaultProcessLimits,
  wallClockMs: 20_000,
  processes: 64,
  memoryBytes: 256 * megabyte,
  fileBytes: 16 * megabyte,
  tmpBytes: 32 * megabyte,
};

const secretText = "the secret of the range\n";

export async function createEscapeRange(): Promise<EscapeRange> {
  const base = await mkdtemp(join(tmpdir(), "outpost-range-"));
  const outside = join(base, "outside");
  const dataDirectory = join(base, "data");
  const worktree = join(dataDirectory, "worktrees", "one");
  await mkdir(outside);
  await mkdir(worktree, { recursive: true });
  await mkdir(join(dataDirectory, "worktrees", "probe-sibling"));
  await mkdir(join(base, "home"));
  const toolchain = join(base, "toolchain");
  await mkdir(toolchain);
  await writeFile(join(toolchain, "tool"), "tool", { mode: 0o666 });
  process.env["OUTPOST_RANGE_SECRET"] = "a variable of the server";
  await writeFile(join(base, "home", ".key"), "key");
  await writeFile(join(outside, "secret"), secretText);
  await writeFile(join(outside, "movable"), "");
  // open to everybody, so that only the sandbox can be what refuses
  const open = [base, outside, dataDirectory, toolchain, join(toolchain, "tool"), join(outside, "secret")];
  for (const path of open) await chmod(path, 0o777);
  const marker = `7${randomBytes(4).readUInt32LE()}`;
  const services = await openServices(join(outside, "socket"), `outpost-${marker}`);
  const env = {
    OUTSIDE: outside,
    SECRET: join(outside, "secret"),
    SERVER_HOME: join(base, "home"),
    SERVER_PID: String(process.pid),
    UNIX_SOCKET: join(outside, "socket"),
    ABSTRACT_SOCKET: `outpost-${marker}`,
    MARKER: marker,
    HOST_NAME: hostname(),
    TOOLCHAIN: toolchain,
    ...services.ports,
  };
  return {
    dataDirectory,
    worktree,
    env,
    spec: (script) => ({
      argv: ["sh", "-c", script],
      cwd: worktree,
      env,
      mounts: [
        { source: worktree, target: worktree, writable: true },
        { source: toolchain, target: toolchain, writable: false },
      ],
      profile: "command",
      network: false,
      limits: rangeLimits,
    }),
    async damage() {
      const names = (await readdir(outside)).filter((name) => !["secret", "socket", "movable"].includes(name));
      const found = names.map((name) => `file "${name}" outside`);
      if ((await readFile(join(outside, "secret"), "utf8")) !== secretText) found.push("the secret was changed");
      if (services.reached() > 0) found.push(`a service was reached ${services.reached()} times`);
      if ((await readFile(join(toolchain, "tool"), "utf8")) !== "tool") found.push("the toolchain was changed");
      if ((await readdir(toolchain)).length > 1) found.push("the toolchain was written to");
      if (await isRunning(marker)) found.push("a process is left");
      if (await hasSharedMemory(Number(marker) % 2_147_483_647)) found.push("a segment of shared memory is left");
      for (const directory of ["/dev/shm", "/tmp"]) {
        if ((await readdir(directory)).includes(marker)) found.push(`a file is left in ${directory}`);
      }
      const setuid = await stat(join(worktree, "setuid")).catch(() => undefined);
      if (setuid?.uid === 0) found.push("a setuid file of root is left");
      return found;
    },
    async close() {
      services.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

async function openServices(socketPath: string, abstractName: string) {
  let reached = 0;
  const listen = async (where: number | string) => {
    const server = createServer((socket) => {
      reached += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      if (typeof where === "number") server.listen(where, "127.0.0.1", resolve);
      else server.listen(where, resolve);
    });
    return server;
  };
  const servers = [await listen(0), await listen(socketPath), await listen(`\0${abstractName}`)];
  await chmod(socketPath, 0o777);
  const datagrams = createSocket("udp4", () => {
    reached += 1;
  });
  await new Promise<void>((resolve) => datagrams.bind(0, "127.0.0.1", resolve));
  const address = servers[0]?.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    ports: { TCP_PORT: String(port), UDP_PORT: String(datagrams.address().port) },
    reached: () => reached,
    close() {
      for (const server of servers) server.close();
      datagrams.close();
    },
  };
}

/** System V shared memory of the host, by its key. */
async function hasSharedMemory(key: number): Promise<boolean> {
  const lines = (await readFile("/proc/sysvipc/shm", "utf8").catch(() => "")).split("\n");
  return lines.some((line) => line.trim().split(/\s+/)[0] === String(key));
}

export async function isRunning(marker: string): Promise<boolean> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(names.map((name) => readFile(`/proc/${name}/cmdline`, "latin1").catch(() => "")));
  return lines.some((line) => line.split("\0").includes(marker));
}
