// A thousand secrets that the server knows, planted wherever a run can meet them: files, output of commands, what people and models say,
// errors, diffs. None may be found in what a model is sent, in events, streams, logs or the database, as it is or encoded.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createTempRepository, type OllamaTestReply, startOllamaTestServer } from "@outpost/testkit";
import { expect, it, vi } from "vitest";
import { outputsName } from "../command-outputs/output-files.ts";
import { allEvents, eventsOf, registerAndIndex, taskEnd } from "./follow-task.ts";
import { call } from "./scenarios.ts";
import { adoptServer, type ChildServer, createDataDirectory, spawnServer } from "./start-test-server.ts";

// A busy machine is slow; a run that hangs still ends.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const planted = 1000;
const values = Array.from({ length: planted }, () => randomBytes(18).toString("base64url"));
const some = (from: number, to: number): string => values.slice(from, to).join("\n");
const base64 = (value: string): string => Buffer.from(value).toString("base64").replace(/=+$/, "");
const hex = (value: string): string => Buffer.from(value).toString("hex");

const files = {
  "plain.txt": `${some(0, 400)}\n`,
  "encoded.txt": `${values
    .slice(400, 700)
    .map((value, index) => (index % 2 ? base64(value) : hex(value)))
    .join("\n")}\n`,
  "notes.md": `# The parcel service\n\nIt signs with ${values[700]} and ${values[701]}.\n`,
};

const replies: OllamaTestReply[] = [
  {
    content: some(730, 760),
    thinking: some(760, 790),
    pieceCharacters: 5,
    ...call("read_file", { path: "plain.txt" }),
  },
  { status: 500, error: `no such key: ${some(880, 900)}` },
  { content: some(790, 800), ...call("read_file", { path: "encoded.txt" }) },
  call("grep_code", { pattern: values[850] ?? "", path: "." }),
  call("run_command", { argv: ["cat", "plain.txt", "encoded.txt"] }),
  call("run_command", { argv: ["cp", "plain.txt", "copy.txt"] }),
  call("write_file", { path: "mine.txt", content: `key = "${values[860]}"\n` }),
  call("git_commit", { message: `Keep ${values[870]}` }),
  call("finish", { summary: `Done with ${some(900, planted)}` }),
];

/** Gives the task's stream as it is on the wire. */
async function readStream(server: ChildServer, taskId: string): Promise<string> {
  const response = await server.request(`/v1/tasks/${taskId}/stream`);
  return response.text();
}

/** A person who accepts whatever is asked. */
async function acceptAll(server: ChildServer, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const { items } = await server.client.call("listApprovals", {});
    for (const { id, kind } of items)
      if (kind === "command")
        await server.client.call("decideApproval", { params: { approvalId: id }, body: {} }).catch(() => {});
    await sleep(100);
  }
}

async function databaseBytes(dataDirectory: string): Promise<string> {
  const names = (await readdir(dataDirectory)).filter((name) => name.startsWith("tasks.db"));
  const parts = await Promise.all(names.map((name) => readFile(join(dataDirectory, name), "latin1")));
  return parts.join("\n");
}

/** What commands printed, as it lies on the disk. */
async function outputBytes(dataDirectory: string): Promise<string> {
  const directory = join(dataDirectory, outputsName);
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const parts = names
    .filter((name) => /\.(?:log|json)$/.test(name))
    .map((name) => readFile(join(directory, name), "latin1"));
  return (await Promise.all(parts)).join("\n");
}

function leaksIn(text: string): string[] {
  return values.filter((value) => [value, base64(value), hex(value)].some((form) => text.includes(form)));
}

it(`keeps ${planted} planted secrets out of models, events, streams, logs, outputs and the database`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "outpost-secrets-"));
  const secretFile = join(folder, "secrets.env");
  await writeFile(secretFile, values.map((value, index) => `PLANTED_${index}=${value}`).join("\n"));
  const project = await createTempRepository(files);
  const ollama = await startOllamaTestServer({ models: [{ name: "coder:7b" }], replies });
  const dataDirectory = await createDataDirectory();
  const child = spawnServer({
    ...{ dataDirectory, port: 0, logLevel: "debug", workers: 1, windowTokens: 16_384 },
    ...{ ollamaUrl: ollama.url, secretFiles: [secretFile] },
  });
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const server = await adoptServer(child, dataDirectory);
  try {
    const repository = await registerAndIndex(server.client, project.path);
    const instruction = `Sort the keys. These are some: ${some(702, 730)}`;
    const { id } = await server.client.call("submitTask", { body: { repositoryId: repository.id, instruction } });
    const stream = readStream(server, id);
    let isOver = false;
    const person = acceptAll(server, () => isOver);
    const task = await taskEnd(server.client, id);
    isOver = true;
    await person;
    const events = await allEvents(server.client, id);
    const search = await server.client.call("search", {
      body: { repositoryId: repository.id, query: "parcel service signs", limit: 5 },
    });
    const audit = await server.client.call("listAudit", { query: { limit: 200 } });
    const seen: Record<string, string> = {
      events: JSON.stringify(events),
      stream: await stream,
      model: JSON.stringify(ollama.chats.map(({ body }) => body)),
      search: JSON.stringify(search),
      audit: JSON.stringify(audit),
      task: JSON.stringify(task),
      database: await databaseBytes(dataDirectory),
      outputs: await outputBytes(dataDirectory),
    };
    await server.close({ keep: true });
    seen["log"] = log;
    seen["database after"] = await databaseBytes(dataDirectory);

    const marks = new Set(
      Object.values(seen)
        .join("")
        .match(/\[REDACTED:known:[0-9a-f]{8}\]/g),
    );
    console.info(
      `${planted} planted: ${Object.entries(seen)
        .map(([where, text]) => `${where} ${leaksIn(text).length} of ${Math.round(text.length / 1000)} kB`)
        .join(", ")}; ${marks.size} different marks; the task is ${task.state}`,
    );
    for (const [where, text] of Object.entries(seen)) expect([where, leaksIn(text).slice(0, 3)]).toEqual([where, []]);
    // They were there to be met.
    expect(marks.size).toBeGreaterThan(400);
    expect(log).toContain("server.started");
    expect(seen["stream"]).toContain("event: delta");
    expect(eventsOf(events, "model.failed").length).toBeGreaterThan(0);
    const refused = eventsOf(events, "tool.returned").filter(({ observation }) =>
      observation.includes("stands for a secret"),
    );
    expect(refused.length).toBeGreaterThanOrEqual(2);
    const copied = eventsOf(events, "change.proposed")[0]?.change;
    if (copied) {
      expect(copied.files.map(({ path }) => path)).toEqual(["copy.txt"]);
      expect(copied.secrets?.length).toBe(200);
      expect(copied.secrets?.every(({ rule, path }) => rule === "known" && path === "copy.txt")).toBe(true);
      expect(seen["outputs"]?.match(/\[REDACTED:known:/g)?.length).toBeGreaterThanOrEqual(700);
    } else console.info("no command could run here: no diff with secrets was made");
    expect(await promisify(execFile)("git", ["-C", project.path, "status", "--porcelain"])).toMatchObject({
      stdout: "",
    });
  } finally {
    await server.close({ keep: false }).catch(() => {});
    await ollama.close();
    await project.remove();
    await rm(folder, { recursive: true });
    await rm(dataDirectory, { recursive: true, force: true });
  }
});
