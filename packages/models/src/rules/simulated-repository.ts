// For the tests of the rules model: files in memory and tools that word their observations as those of the tools package do.
import type { ChatMessage, ChatRequest } from "@outpost/core";
import type { ModelReply } from "@outpost/protocol";
import { createRulesModel } from "./model.ts";

type Given = Record<string, unknown>;
type SimulatedTool = (given: Given) => string;

export interface Simulation {
  files: Map<string, string>;
  /** What `run_tests` says, given the files. */
  tests: (files: ReadonlyMap<string, string>) => string;
  /** What a person answers to `ask_user`. */
  answer?: string;
  /** Tools that are not offered. */
  without?: string[];
}

const places = (count: number, line: number) => `${count} ${count === 1 ? "place" : "places"} (line ${line})`;

function simulatedTools(simulation: Simulation): Record<string, SimulatedTool> {
  const { files } = simulation;
  const linesOf = (path: string) => (files.get(path) ?? "").replace(/\n$/, "").split("\n");
  return {
    run_tests: () => simulation.tests(files),
    find_files: ({ pattern }) => {
      const name = String(pattern).replace(/^\*\*\//, "");
      const paths = [...files.keys()].filter((path) => path === name || path.endsWith(`/${name}`));
      return paths.length === 0
        ? `no file matches "${name}"`
        : [`${paths.length} files for "${name}"`, ...paths].join("\n");
    },
    read_file: ({ path, start_line = 1, end_line }) => {
      const text = files.get(String(path));
      if (text === undefined) return `read_file failed: there is no "${path}"`;
      if (text === "") return `${path} is empty`;
      const lines = linesOf(String(path));
      const [start, end] = [Number(start_line), Math.min(Number(end_line ?? lines.length), lines.length)];
      const shown = lines.slice(start - 1, end).map((line, index) => `${start + index}|${line}`);
      return [`${path} (lines ${start}-${end} of ${lines.length})`, ...shown].join("\n");
    },
    grep_code: ({ pattern, regex, path }) => {
      const source = regex ? String(pattern).replaceAll("[:alnum:]", "\\w") : escapeText(String(pattern));
      const found = [...files.keys()]
        .filter((name) => path === undefined || name === path || name.startsWith(`${path}/`))
        .map((name) => ({
          name,
          lines: linesOf(name).flatMap((line, at) => (new RegExp(source).test(line) ? [`${at + 1}|${line}`] : [])),
        }))
        .filter((file) => file.lines.length > 0);
      if (found.length === 0) return `no line holds "${pattern}"; case was minded`;
      return [`"${pattern}": lines`, ...found.flatMap((file) => [file.name, ...file.lines])].join("\n");
    },
    search_code: () => {
      const hits = [...files.keys()].map((path) => `## ${path}:1-${linesOf(path).length}\n${linesOf(path).join("\n")}`);
      return [`${hits.length} hits, best first`, ...hits].join("\n");
    },
    edit_file: ({ path, old, new: by, all }) => {
      const text = files.get(String(path)) ?? "";
      const source = escapeText(String(old));
      const form = new RegExp(all && /^\w+$/.test(String(old)) ? `\\b${source}\\b` : source, "g");
      const count = text.match(form)?.length ?? 0;
      if (count === 0)
        return `${path} was not changed: old is not in the file. Did you mean\n1|like it\ncopy the lines`;
      if (count > 1 && !all) return `${path} was not changed: old is there ${count} times (lines 1, 2); add lines`;
      files.set(
        String(path),
        text.replace(form, () => String(by)),
      );
      return `edited ${path}: ${places(count, 1)}`;
    },
    write_file: ({ path, content }) => {
      files.set(String(path), String(content));
      return `wrote ${path}: 1 line (new file)`;
    },
    git_commit: ({ message }) => `committed 0123456789: ${message}`,
    ask_user: () =>
      simulation.answer === undefined ? "The person declined to answer." : `The person answered: ${simulation.answer}`,
    finish: () => "the task is ended",
  };
}

export interface SimulatedRun {
  summary: string;
  citations: unknown[];
  /** The names of the calls, in order, without `finish`. */
  calls: string[];
  /** The messages of every request. */
  prompts: ChatMessage[][];
  messages: ChatMessage[];
}

const maxSteps = 60;

/** Drives the model until it finishes, as the loop of core does: new ids, retrieved code last. */
export async function simulate(
  start: readonly ChatMessage[],
  simulation: Simulation,
  fold: (messages: ChatMessage[]) => ChatMessage[] = (messages) => messages,
): Promise<SimulatedRun> {
  const tools = Object.entries(simulatedTools(simulation)).filter(([name]) => !simulation.without?.includes(name));
  const offered = tools.map(([name]) => ({ name, description: "", parameters: { type: "object", properties: {} } }));
  const run: SimulatedRun = { summary: "", citations: [], calls: [], prompts: [], messages: [...start] };
  for (let step = 1; step <= maxSteps; step++) {
    const prompt = [
      ...fold(run.messages),
      { role: "user" as const, content: "Relevant code:\n## a.ts:1-1\n1|replace" },
    ];
    run.prompts.push(prompt);
    const reply = await askRules(prompt, offered);
    const toolCalls = reply.toolCalls.map((call, index) => ({ ...call, id: `c1_${run.messages.length}_${index + 1}` }));
    run.messages.push({ role: "assistant", content: reply.content, toolCalls });
    for (const call of toolCalls) {
      const given = call.arguments as Given;
      const content = tools.find(([name]) => name === call.name)?.[1](given) ?? `there is no tool "${call.name}"`;
      run.messages.push({ role: "tool", content, toolCallId: call.id, toolName: call.name });
      if (call.name === "finish")
        return { ...run, summary: String(given["summary"]), citations: (given["citations"] as unknown[]) ?? [] };
      run.calls.push(call.name);
    }
    if (toolCalls.length === 0) return { ...run, summary: reply.content };
  }
  throw new Error(`the rules model did not finish within ${maxSteps} steps`);
}

export async function askRules(messages: ChatMessage[], tools: ChatRequest["tools"]): Promise<ModelReply> {
  const request = { messages, tools, windowTokens: 32_768, maxOutputTokens: 4096 };
  const next = await createRulesModel().chat(request, new AbortController().signal).next();
  if (!next.done) throw new Error("the rules model streams nothing");
  return next.value;
}

function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
