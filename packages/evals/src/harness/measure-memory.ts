// Memory of a server that has nothing to do, with an index of 10,000 chunks loaded: right after a search, and when the indexer has ended.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { generateModule } from "./generate-source.ts";
import { processTree, readMemory } from "./processes.ts";
import { registerAndIndex, startBenchServer } from "./server-process.ts";

export interface MemoryRow {
  role: string;
  rssBytes: number;
  pssBytes: number;
}

export interface MemoryFacts {
  chunks: number;
  files: number;
  afterStart: MemoryRow[];
  afterSearch: MemoryRow[];
  idle: MemoryRow[];
}

const minChunks = 10_000;
const functionsPerFile = 20;
const filesToWrite = 520;
/** The indexer ends after a minute of idleness. */
const idleDeadlineMs = 90_000;
const settleMs = 5_000;

export async function measureMemory(dist: string): Promise<MemoryFacts> {
  const folder = mkdtempSync(join(tmpdir(), "outpost-generated-"));
  chmodSync(folder, 0o755);
  const server = await startBenchServer(dist, { model: "rules" });
  try {
    for (let n = 0; n < filesToWrite; n++) {
      const directory = join(folder, `package${n % 26}`);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, `module${n}.py`), generateModule(n, functionsPerFile));
    }
    await sleep(1000);
    const afterStart = readTree(server.pid);
    const repository = await registerAndIndex(server, folder);
    const body = { repositoryId: repository.id, query: "where is the invoice total computed", limit: 10 };
    const { coverage } = await server.client.call("search", { body });
    if (coverage.chunks < minChunks) throw new Error(`${coverage.chunks} chunks are fewer than ${minChunks}`);
    const afterSearch = readTree(server.pid);
    const deadlineMs = Date.now() + idleDeadlineMs;
    while (processTree(server.pid).some(({ role }) => role === "indexer") && Date.now() < deadlineMs) await sleep(500);
    await sleep(settleMs);
    return { chunks: coverage.chunks, files: coverage.files, afterStart, afterSearch, idle: readTree(server.pid) };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTree(pid: number): MemoryRow[] {
  return processTree(pid).map((found) => ({ role: found.role, ...readMemory(found.pid) }));
}
