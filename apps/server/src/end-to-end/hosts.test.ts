// Hosts that the operator opens: a set-up command fetches from one, a task's command reaches one, and a repository that names others closes it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TaskId } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempRepository,
} from "@outpost/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allEvents, eventsOf, openCheckout, taskEnd } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const asked: string[] = [];
const host = createServer((request, reply) => {
  asked.push(request.url ?? "");
  reply.end(`package of ${request.url}\n`);
});

/** As programs do it: by the proxy that the environment names. */
const fetchScript = (path: string, to: string) =>
  `p=\${http_proxy#http://}; exec 3<>/dev/tcp/\${p%:*}/\${p#*:} || exit 9; printf 'GET http://127.0.0.1:%s${path} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' ${port()} >&3; tail -n 1 <&3 > ${to}`;
const port = () => (host.address() as AddressInfo).port;

let ollama: OllamaTestServer;
let server: TestServer;
const projects: TempRepository[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  // in one: a command that could reach a host taints the task, and the next that reaches out is asked for
  const script = [
    "cat .tools/fetched",
    `(${fetchScript("/command", "/tmp/got")}) || echo no proxy`,
    "cat /tmp/got",
    `: < /dev/tcp/127.0.0.1/${port()} || echo closed`,
  ];
  const steps = [
    call("run_command", { argv: ["bash", "-c", script.join("; ")] }),
    call("finish", { summary: "Fetched." }),
  ];
  ollama = await startOllamaTestServer({
    models: [{ name: "coder:7b" }],
    replies: answerByScenario({ open: callsInOrder(steps), narrow: callsInOrder(steps) }, 20),
  });
  const hosts = [`127.0.0.1:${port()}`];
  server = await startTestServer({
    ...{ ollamaUrl: ollama.url, windowTokens: 8192, workers: 1 },
    ...{ setupHosts: hosts, commandHosts: hosts },
  });
});
afterAll(async () => {
  await server?.close();
  await ollama?.close();
  for (const project of projects) await project.remove();
  host.close();
});

async function observationsOf(scenario: string, files: Record<string, string>): Promise<string[]> {
  const project = await createTempRepository(files);
  projects.push(project);
  await openCheckout(project.path);
  const setup = {
    argv: ["bash", "-c", `mkdir .tools && ${fetchScript(`/set-up-${scenario}`, ".tools/fetched")}`],
    ...{ lockfiles: ["lock"], outputs: [".tools"], timeoutMs: 60_000 },
  };
  const { id: repositoryId } = await server.client.call("registerRepository", {
    body: {
      source: { type: "path", path: project.path },
      environment: { toolchainPaths: [], sharedDirectories: [], variables: {}, setup },
    },
  });
  const body = { repositoryId, instruction: `[${scenario}] Fetch it.` };
  const { id }: { id: TaskId } = await server.client.call("submitTask", { body });
  const { state, outcome } = await taskEnd(server.client, id);
  expect(state, JSON.stringify(outcome)).toBe("finished");
  return eventsOf(await allEvents(server.client, id), "tool.returned").map(({ observation }) => observation);
}

describe("hosts that the operator names", () => {
  it("are reached by set-up commands and commands, and by nothing else", async ({ skip }) => {
    skip(!(await server.client.call("getStatus")).sandbox.ready, "the sandbox is not ready here");
    const [printed] = await observationsOf("open", { lock: "1\n" });
    expect(printed).toContain("package of /set-up-open");
    expect(printed).toContain("package of /command");
    expect(printed).toContain("closed");
    expect(asked).toEqual(["/set-up-open", "/command"]);
  });

  it("are closed for the commands of a repository that says so", async ({ skip }) => {
    skip(!(await server.client.call("getStatus")).sandbox.ready, "the sandbox is not ready here");
    const policy = "version: 1\nnetwork: { hosts: [another.example] }\n";
    const before = asked.length;
    const [printed] = await observationsOf("narrow", { lock: "2\n", "outpost.policy.yaml": policy });
    expect(printed).toContain("package of /set-up-narrow");
    expect(printed).not.toContain("package of /command");
    expect(printed).toContain("no proxy");
    expect(asked.slice(before)).toEqual(["/set-up-narrow"]);
  });
});
