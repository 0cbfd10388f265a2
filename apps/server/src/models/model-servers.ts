// The model servers that the configuration names, with API keys out of their files. Keys go to the adapters and nowhere else.
import { readFileSync } from "node:fs";
import type { ConfiguredServer } from "@outpost/models";
import { OutpostError } from "@outpost/protocol";
import type { Configuration } from "../configuration/schema.ts";
import { entryPoint } from "../process/entry-points.ts";

type ModelSettings = Pick<Configuration, "ollamaUrl" | "openaiUrl" | "openaiApiKeyFile" | "modelServers">;

/** In the order in which names are looked up. Expected are those that a person named; the Ollama of this machine is where there is one. Throws `invalid_input` when there is a key without a server, or a file cannot be read or is empty. */
export function modelServers(configuration: ModelSettings): ConfiguredServer[] {
  const { ollamaUrl, openaiUrl, openaiApiKeyFile, modelServers: others } = configuration;
  if (openaiUrl === undefined && openaiApiKeyFile !== undefined)
    throw new OutpostError(
      "invalid_input",
      `openaiApiKeyFile is "${openaiApiKeyFile}", and there is no openaiUrl to send it to`,
    );
  return [
    { name: "ollama", adapter: "ollama", url: ollamaUrl, ...(isOfThisMachine(ollamaUrl) ? {} : { isExpected: true }) },
    ...(openaiUrl === undefined
      ? []
      : [
          {
            ...{ name: "openai", adapter: "openai", url: openaiUrl, isExpected: true },
            ...keyOf(openaiApiKeyFile, "openaiApiKeyFile"),
          },
        ]),
    { name: "llama", adapter: "llama", childEntry: entryPoint("llama") },
    ...Object.entries(others).map(([name, { adapter, url, apiKeyFile }]) => ({
      name,
      adapter,
      isExpected: true,
      ...(url === undefined ? {} : { url }),
      ...keyOf(apiKeyFile, `modelServers.${name}.apiKeyFile`),
    })),
  ];
}

function isOfThisMachine(url: string): boolean {
  return /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(new URL(url).hostname);
}

function keyOf(path: string | undefined, setting: string): { apiKey?: string } {
  return path === undefined ? {} : { apiKey: readKeyFile(path, setting) };
}

/** The key in a file that holds nothing else. Throws `invalid_input` that names the setting. */
export function readKeyFile(path: string, setting: string): string {
  let key: string;
  try {
    key = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new OutpostError("invalid_input", `the API key's file "${path}" (${setting}) cannot be read`, { cause });
  }
  if (key !== "" && !/\s/.test(key)) return key;
  throw new OutpostError("invalid_input", `the file "${path}" (${setting}) has to hold one API key and nothing else`);
}
