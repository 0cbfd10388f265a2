import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { forkParser } from "./fork-parser.ts";

let folder = "";
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

it("leaves out the certificates that node would read at the start, and nothing else", async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-fork-"));
  const modulePath = join(folder, "entry.mjs");
  await writeFile(
    modulePath,
    "const { NODE_EXTRA_CA_CERTS, LANG } = process.env; process.send({ NODE_EXTRA_CA_CERTS, LANG });",
  );
  vi.stubEnv("NODE_EXTRA_CA_CERTS", join(folder, "certificates.pem"));
  vi.stubEnv("LANG", "C.UTF-8");
  const child = forkParser({ modulePath, execArgv: [] }, "pipe");
  const [seen] = await once(child, "message");
  expect(seen).toEqual({ LANG: "C.UTF-8" });
});
