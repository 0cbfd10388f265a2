// A server, a project it has indexed, and a model server that answers from a script: what most end-to-end tests begin with. Each says only
// what differs. A test that is about how servers start and end puts the parts together itself.
import type { Repository } from "@outpost/protocol";
import {
  createTempRepository,
  type OllamaTestModel,
  type OllamaTestReply,
  type OllamaTestServer,
  startOllamaTestServer,
  type TempFiles,
  type TempRepository,
} from "@outpost/testkit";
import { calculatorFiles } from "./calculator-project.ts";
import { registerAndIndex } from "./follow-task.ts";
import { startTestServer, type TestServer, type TestSettings } from "./start-test-server.ts";

export interface ScriptedServer extends Omit<TestServer, "close"> {
  ollama: OllamaTestServer;
  project: TempRepository;
  repository: Repository;
  /** With all that came with it. */
  close(): Promise<void>;
  /** Shut down and started anew in the same data directory. Gives the server to go on with. */
  restart(): Promise<ScriptedServer>;
}

export interface ScriptedSetUp {
  /** Of the project. Default: the calculator. */
  files?: TempFiles;
  /** The one there is. Default: coder:7b. */
  model?: OllamaTestModel;
  /** Of the server. Default: one worker, a window of 8,192 tokens. */
  settings?: TestSettings;
}

export function startCoder(
  replies: OllamaTestReply[],
  model: OllamaTestModel = { name: "coder:7b" },
): Promise<OllamaTestServer> {
  return startOllamaTestServer({ models: [model], replies });
}

export async function startScriptedServer(
  replies: OllamaTestReply[],
  { files = calculatorFiles, model, settings }: ScriptedSetUp = {},
): Promise<ScriptedServer> {
  const started: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    const project = await createTempRepository(files);
    started.push(project.remove);
    const ollama = await startCoder(replies, model);
    started.push(ollama.close);
    const start = (more: TestSettings = {}) =>
      startTestServer({ ollamaUrl: ollama.url, windowTokens: 8192, workers: 1, ...settings, ...more });
    let server = await start();
    started.push(() => server.close());
    const repository = await registerAndIndex(server.client, project.path);
    const restart = async () => {
      await server.close({ keep: true });
      server = await start({ dataDirectory: server.dataDirectory });
      return describe();
    };
    const describe = (): ScriptedServer => ({ ...server, ollama, project, repository, close, restart });
    return describe();
  } catch (error) {
    await close();
    throw error;
  }
}
