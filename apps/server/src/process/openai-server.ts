// The OpenAI-compatible server that the configuration names, with the key out of its file. The key goes to the adapter and nowhere else.
import { readFileSync } from "node:fs";
import { OutpostError } from "@outpost/protocol";
import type { Configuration } from "../configuration/schema.ts";

interface OpenAiServer {
  openAi?: { baseUrl: string; apiKey?: string };
}

/** Nothing when none is configured. Throws `invalid_input` when there is a key without a server, or its file cannot be read or is empty. */
export function openAiServer(configuration: Pick<Configuration, "openaiUrl" | "openaiApiKeyFile">): OpenAiServer {
  const { openaiUrl: baseUrl, openaiApiKeyFile: path } = configuration;
  if (baseUrl === undefined && path !== undefined)
    throw new OutpostError("invalid_input", `openaiApiKeyFile is "${path}", and there is no openaiUrl to send it to`);
  if (baseUrl === undefined) return {};
  return { openAi: { baseUrl, ...(path === undefined ? {} : { apiKey: readKey(path) }) } };
}

function readKey(path: string): string {
  let key: string;
  try {
    key = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new OutpostError("invalid_input", `the API key's file "${path}" (openaiApiKeyFile) cannot be read`, {
      cause,
    });
  }
  if (key !== "" && !/\s/.test(key)) return key;
  throw new OutpostError(
    "invalid_input",
    `the file "${path}" (openaiApiKeyFile) has to hold one API key and nothing else`,
  );
}
