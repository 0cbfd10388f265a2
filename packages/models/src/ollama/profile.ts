// What one model of an Ollama can do, from /api/tags and /api/show. Parses unknown replies of any server version; knows nothing of chats.
import type { ModelProfile } from "@outpost/protocol";
import { isRecord } from "../reply/scan-json.ts";

const defaultWindowTokens = 16_384;

export interface OllamaModelInfo {
  name: string;
  /** Undefined: this server version does not tell here. */
  capabilities: string[] | undefined;
  contextLength: number | undefined;
  parameters: number | undefined;
  sizeBytes: number | undefined;
  /** Runs on somebody else's machine; this server only passes it on. */
  remote: boolean;
}

export function parseTags(value: unknown): OllamaModelInfo[] {
  const models = isRecord(value) && Array.isArray(value["models"]) ? value["models"] : [];
  return models.map(parseTag).filter((model) => model !== undefined);
}

/** /api/ps. */
export function parseLoaded(value: unknown): { name: string; windowTokens: number | undefined }[] {
  const models = isRecord(value) && Array.isArray(value["models"]) ? value["models"].filter(isRecord) : [];
  return models.flatMap((model) => {
    const name = model["name"] ?? model["model"];
    return typeof name === "string" ? [{ name, windowTokens: positive(model["context_length"]) }] : [];
  });
}

function parseTag(value: unknown): OllamaModelInfo | undefined {
  if (!isRecord(value)) return undefined;
  const name = value["name"] ?? value["model"];
  if (typeof name !== "string" || name === "") return undefined;
  const details = isRecord(value["details"]) ? value["details"] : {};
  return {
    name,
    capabilities: strings(value["capabilities"]),
    contextLength: positive(details["context_length"]),
    parameters: parseParameterSize(details["parameter_size"]),
    sizeBytes: positive(value["size"]),
    remote: typeof value["remote_host"] === "string" && value["remote_host"] !== "",
  };
}

export function parseShow(name: string, value: unknown): OllamaModelInfo {
  const reply = isRecord(value) ? value : {};
  const info = isRecord(reply["model_info"]) ? reply["model_info"] : {};
  const details = isRecord(reply["details"]) ? reply["details"] : {};
  const architecture = info["general.architecture"];
  return {
    name,
    capabilities: strings(reply["capabilities"]) ?? capabilitiesOfTemplate(reply["template"]),
    contextLength: typeof architecture === "string" ? positive(info[`${architecture}.context_length`]) : undefined,
    parameters: positive(info["general.parameter_count"]) ?? parseParameterSize(details["parameter_size"]),
    sizeBytes: undefined,
    remote: typeof reply["remote_host"] === "string" && reply["remote_host"] !== "",
  };
}

/** Servers before capabilities existed decided by the template too. */
function capabilitiesOfTemplate(template: unknown): string[] | undefined {
  if (typeof template !== "string") return undefined;
  return /\.Tools\b/.test(template) ? ["completion", "tools"] : ["completion"];
}

export function toProfile(info: OllamaModelInfo, windowTokens: number | undefined): ModelProfile {
  return {
    provider: "ollama",
    name: info.name,
    windowTokens: Math.min(info.contextLength ?? Number.MAX_SAFE_INTEGER, windowTokens ?? defaultWindowTokens),
    canCallTools: info.capabilities?.includes("tools") ?? false,
    canThink: info.capabilities?.includes("thinking") ?? false,
  };
}

const factors: Record<string, number> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** "7.6B" → 7.6e9. */
function parseParameterSize(value: unknown): number | undefined {
  const match = typeof value === "string" ? /^([\d.]+)\s*([KMBT])$/i.exec(value.trim()) : null;
  const number = Number(match?.[1]);
  const factor = factors[match?.[2]?.toUpperCase() ?? ""];
  return factor !== undefined && Number.isFinite(number) ? number * factor : undefined;
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
