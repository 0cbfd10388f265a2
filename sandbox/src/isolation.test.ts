import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mount, ProcessSpec } from "@outpost/core";
import { afterAll, describe, expect, it, vi } from "vitest";
import { isRunning } from "./escape/range.ts";
import { defaultCommandUid } from "./identity.ts";
import { defaultProcessLimits } from "./limits.ts";
import { prepareWritableDirectory } from "./ownership.ts";
import { createProcessRunner } from "./process-runner.ts";
import { commandSpec } from "./testing-spec.ts";

const base = mkdtempSync(join(tmpdir(), "outpost-isolation-"));
chmodSync(base, 0o755);
const data = join(base, "data");
const outside = join(base, "outside");
const worktree = join(data, "worktree");
for (const path of [worktree, outside]) mkdirSync(path, { recursive: true });
const runner = await createProcessRunner({ dataDirectory: data });
const isRoot = process.getuid?.() === 0;
const isReady = runner.availability().ready;
// where everything is skipped, hooks are too
if (isReady) afterAll(() => rmSync(base, { recursive: true }));
else rmSync(base, { recursive: true });

const root: Mount = { source: worktree, target: "/work", writable: true };

const run = (script: string, change: Partial<ProcessSpec> = {}, signal?: AbortSignal) =>
  runner.run(
    commandSpec(worktree, ["sh", "-c", script], {
      limits: { ...defaultProcessLimits, wallClockMs: 20_000 },
      ...change,
    }),
    signal,
  );

describe.skipIf(!isReady)("the sandbox [needs bubblewrap]", () => {
  it("shows a read-only mount on a directory of the worktree, and nothing of it can be written", async () => {
    const cache = join(data, "cache");
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, "module"), "cached");
    chmodSync(cache, 0o777);
    mkdirSync(join(worktree, "node_modules"), { recursive: true });
    const mounts = [root, { source: cache, target: "/work/node_modules", writable: false }];
    const script =
      "cat node_modules/module; for f in node_modules/new node_modules/module; do (echo x > $f) || echo refused; done; mv node_modules gone || echo kept";
    const result = await run(script, { mounts });
    expect(result.stdout.text).toBe("cachedrefused\nrefused\nkept\n");
    expect(readdirSync(cache)).toEqual(["module"]);
  });

  it("makes nothing on the host through a planted link where a mount point should be", async () => {
    await run(`ln -s ${outside} planted; mkdir -p real; ln -s ${outside} real/planted`);
    for (const name of ["planted", "planted/new", "real/planted", "real/planted/new"]) {
      const mounts = [root, { source: join(data, "cache"), target: `/work/${name}`, writable: false }];
      await expect(run("true", { mounts })).rejects.toMatchObject({ code: "invalid_input" });
    }
    expect(readdirSync(outside)).toEqual([]);
  });

  it("has the network only when a set-up command asks for it", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const script = `bash -c ': < /dev/tcp/127.0.0.1/${port}' && echo connected`;
    expect((await run(script)).stdout.text).toBe("");
    expect(connections).toBe(0);
    expect((await run(script, { network: true })).stdout.text).toBe("connected\n");
    server.close();
  });

  it("knows its user, and gives git what it needs to trust a repository of another user", async () => {
    const result = await run("id -un; id -u; git config --system --get-all safe.directory; echo $HOME; touch $HOME/x", {
      profile: "git",
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: { text: "agent\n1000\n*\n/tmp/home\n" } });
  });

  it("runs what reserves much memory and uses little", async () => {
    const script = "new WebAssembly.Memory({ initial: 1 }); console.log('fine')";
    const result = await run(`command -v node >/dev/null || { echo fine; exit; }; node -e "${script}"`);
    expect(result.stdout.text).toBe("fine\n");
  });

  it("lets scripts write to their output by name", async () => {
    for (const expected of ["out\n", "out\n"]) {
      const result = await run(
        "echo out > /dev/stdout; echo err > /dev/stderr; echo both | tee /dev/stderr >/dev/null",
      );
      expect(result.stdout.text).toBe(expected);
      expect(result.stderr.text).toBe("err\nboth\n");
    }
    expect(readdirSync(join(data, "sandbox")).filter((name) => name.startsWith("pipe-"))).toEqual([]);
  });

  it("is what the kernel ends first when memory runs out", async () => {
    expect((await run("cat /proc/self/oom_score_adj")).stdout.text).toBe("1000\n");
  });

  it("is gone wherever in its start it is aborted", async () => {
    const marker = `4${Date.now()}`;
    for (let delayMs = 0; delayMs < 40; delayMs += 2) {
      const result = await run(`sleep ${marker}`, {}, AbortSignal.timeout(delayMs));
      expect(result.ended).toBe("aborted");
      expect(await isRunning(marker), `after ${delayMs} ms`).toBe(false);
    }
  });
});

describe.skipIf(!isReady || !isRoot)("a server that is root [needs bubblewrap and root]", () => {
  it("runs commands as its own user for them, and never as root", async () => {
    await run("touch made");
    expect(statSync(join(worktree, "made")).uid).toBe(defaultCommandUid);
  });

  it("lets commands change what it wrote itself", async () => {
    mkdirSync(join(worktree, "sources"));
    writeFileSync(join(worktree, "sources", "main"), "before\n");
    const result = await run("echo after >> sources/main; touch sources/new; cat sources/main");
    expect(result.stdout.text).toBe("before\nafter\n");
  });

  it("lets commands change what it wrote into a tree that is theirs, however large that is", async () => {
    for (const files of [10, 2_100]) {
      const tree = join(worktree, `tree-${files}`);
      mkdirSync(join(tree, "below"), { recursive: true });
      for (let n = 0; n < files; n++) writeFileSync(join(tree, `${n}`), "");
      expect((await run("true")).exitCode).toBe(0);
      writeFileSync(join(tree, "below", "main"), "before\n");
      expect((await run(`echo after >> tree-${files}/below/main`)).exitCode, `${files} files`).toBe(0);
    }
  });

  it("minds nothing that another process removes while directories are given away", async () => {
    const shared = join(worktree, "shared");
    mkdirSync(shared);
    const churn = spawn("sh", ["-c", "while :; do mkdir a b c; touch a/1 b/2 c/3 d e f; rm -r a b c d e f; done"], {
      cwd: shared,
      stdio: "ignore",
      detached: true,
    });
    try {
      for (let turn = 0; turn < 40; turn++) await prepareWritableDirectory(worktree);
    } finally {
      const ended = once(churn, "exit");
      // All of its group: what the shell had started would still be at it.
      if (churn.pid !== undefined) process.kill(-churn.pid, "SIGKILL");
      await ended;
      await vi.waitFor(() => rmSync(shared, { recursive: true }), 5_000);
    }
  });

  it("gives away neither what links lead to nor files with a second name", async () => {
    writeFileSync(join(outside, "precious"), "precious");
    writeFileSync(join(outside, "shared"), "shared");
    symlinkSync(join(outside, "precious"), join(worktree, "to-precious"));
    symlinkSync(outside, join(worktree, "to-outside"));
    linkSync(join(outside, "shared"), join(worktree, "second-name"));
    const result = await run("echo x > second-name || echo refused");
    expect(result.stdout.text).toBe("refused\n");
    for (const name of ["precious", "shared"]) expect(lstatSync(join(outside, name)).uid).toBe(0);
  });

  it("prepares a directory outside the data directory only when it is asked to", async () => {
    const other = join(base, "other");
    mkdirSync(other);
    const mounts = [root, { source: other, target: "/other", writable: true }];
    expect((await run("touch /other/x", { mounts })).exitCode).toBe(1);
    await prepareWritableDirectory(join(other, "deep"));
    await prepareWritableDirectory(other);
    expect((await run("touch /other/x /other/deep/y", { mounts })).exitCode).toBe(0);
  });

  it("mounts what only root can walk to, without opening it to anybody", async () => {
    const hidden = join(base, "private");
    mkdirSync(join(hidden, "toolchain"), { recursive: true });
    writeFileSync(join(hidden, "toolchain", "tool"), "#!/bin/sh\necho tool\n", { mode: 0o755 });
    writeFileSync(join(hidden, "toolchain", "key"), "key", { mode: 0o600 });
    writeFileSync(join(hidden, "single"), "file", { mode: 0o644 });
    chmodSync(hidden, 0o700);
    const mounts = [
      root,
      { source: join(hidden, "toolchain"), target: "/opt/toolchain", writable: false },
      { source: join(hidden, "single"), target: "/opt/single", writable: false },
    ];
    const result = await run("tool; cat /opt/single; cat /opt/toolchain/key || echo refused", {
      mounts,
      pathPrefix: ["/opt/toolchain"],
    });
    expect(result.stdout.text).toBe("tool\nfilerefused\n");
    expect(statSync(hidden).mode & 0o777).toBe(0o700);
    expect((await run("exit 5", { mounts })).exitCode).toBe(5);
    expect(await run("kill -9 $$", { mounts })).toMatchObject({ signal: "SIGKILL" });
  });

  it("works with a data directory that nobody else can enter", async () => {
    chmodSync(data, 0o700);
    chownSync(data, 0, 0);
    expect((await run("echo inside; touch more")).stdout.text).toBe("inside\n");
    chmodSync(data, 0o711);
  });
});
