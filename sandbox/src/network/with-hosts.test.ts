import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSpec } from "@outpost/core";
import { afterAll, describe, expect, it } from "vitest";
import { defaultProcessLimits } from "../limits.ts";
import { createProcessRunner } from "../process-runner.ts";
import { commandSpec } from "../testing-spec.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "outpost-hosts-"));
const worktree = join(dataDirectory, "worktree");
mkdirSync(worktree);
const seen: (string | undefined)[] = [];
const server = createServer((request, reply) => {
  seen.push(request.headers.host);
  reply.end(`hello from ${request.url}\n`);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const names: Record<string, string[]> = { "registry.test": ["127.0.0.1"], "inner.test": ["10.1.2.3"] };
const runner = await createProcessRunner({ dataDirectory, resolve: async (host) => names[host] ?? [] });
afterAll(() => {
  server.close();
  rmSync(dataDirectory, { recursive: true });
});

const allowed = [`registry.test:${port}`, `inner.test:${port}`, `127.0.0.1:${port}`];

const run = (argv: string[], change: Partial<ProcessSpec> = {}) =>
  runner.run(
    commandSpec(worktree, argv, {
      ...{ hosts: allowed, limits: { ...defaultProcessLimits, wallClockMs: 60_000 } },
      ...change,
    }),
  );

/** Asks the proxy for `url` as it stands, and prints the answer's head and body. */
function ask(line: string, more = ""): string[] {
  const script = `exec 3<>/dev/tcp/127.0.0.1/3128; printf '${line} HTTP/1.1\\r\\nHost: other.test\\r\\nConnection: close\\r\\n\\r\\n${more}' >&3; cat <&3`;
  return ["bash", "-c", script];
}

describe.skipIf(!runner.availability().ready)("a command with hosts [needs bubblewrap]", () => {
  it("reaches an allowed host by plain HTTP, and the host that was judged is the one that is asked", async () => {
    const result = await run(ask(`GET http://registry.test:${port}/package?x=1`));
    expect(result.stdout.text).toContain("hello from /package?x=1");
    expect(seen.at(-1)).toBe(`registry.test:${port}`);
  });

  it("reaches it through a tunnel", async () => {
    const inner = "GET /inner HTTP/1.1\\r\\nHost: registry.test\\r\\nConnection: close\\r\\n\\r\\n";
    const result = await run(ask(`CONNECT registry.test:${port}`, inner));
    expect(result.stdout.text).toMatch(/^HTTP\/1\.1 200 .*hello from \/inner/s);
  });

  it.each([
    ["another host", `CONNECT evil.test:${port}`],
    ["another port", "CONNECT registry.test:22"],
    ["a name that resolves to a private address", `CONNECT inner.test:${port}`],
    ["a subdomain", `CONNECT a.registry.test:${port}`],
    ["a name with a NUL in it", `CONNECT evil.test\\000.registry.test:${port}`],
    ["an address as a number", `CONNECT 2130706433:${port}`],
    ["an address in hexadecimal", `CONNECT 0x7f000001:${port}`],
    ["a short address", `CONNECT 127.1:${port}`],
    ["IPv6 for the same", `CONNECT [::1]:${port}`],
    ["IPv4 in IPv6", `CONNECT [::ffff:127.0.0.1]:${port}`],
    ["a user name in front", `GET http://registry.test@evil.test:${port}/`],
    ["a relative address", "GET /"],
    ["another protocol", `GET ftp://registry.test:${port}/`],
  ])("does not reach %s", async (_, line) => {
    const before = seen.length;
    const result = await run(ask(line));
    expect(result.stdout.text).not.toContain("hello");
    expect(result.stdout.text).not.toContain(" 200 ");
    expect(seen.length).toBe(before);
  });

  it("has no other way out", async () => {
    const result = await run(["bash", "-c", `: < /dev/tcp/127.0.0.1/${port} || echo refused`]);
    expect(result.stdout.text).toBe("refused\n");
    expect((await run(["env"], { hosts: [] })).stdout.text).not.toContain("PROXY");
  });

  it("ends as it would without, and leaves nothing", async () => {
    expect((await run(["sh", "-c", "echo out; echo err >&2; exit 7"])).exitCode).toBe(7);
    expect(await run(["sh", "-c", "kill -9 $$"])).toMatchObject({ signal: "SIGKILL" });
    await expect(run(["no-such-program"])).rejects.toMatchObject({ code: "not_found" });
    const limits = { ...defaultProcessLimits, wallClockMs: 1500 };
    expect((await run(["sleep", "30"], { limits })).ended).toBe("wall_clock");
    expect(readdirSync(join(dataDirectory, "sandbox")).filter((name) => name.startsWith("proxy-"))).toEqual([]);
  });
});
