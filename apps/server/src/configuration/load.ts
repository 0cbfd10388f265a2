// Flags > environment > file > defaults. The only place where the process's environment is read.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { defaultDataDirectory, nearestName, OutpostError } from "@outpost/protocol";
import { z } from "zod";
import { Configuration } from "./schema.ts";

/** `OUTPOST_DATA_DIRECTORY` for `dataDirectory`, and so on. */
export function environmentName(key: string): string {
  return `OUTPOST_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Throws `invalid_input` that names the wrong key and the nearest right one. */
export function loadConfiguration(argv: readonly string[], env: NodeJS.ProcessEnv): Configuration {
  const flags = parseFlags(argv);
  const fromEnvironment = Object.fromEntries(
    Object.keys(Configuration.shape).flatMap((key) => {
      const value = env[environmentName(key)];
      return value === undefined || value === "" ? [] : [[key, value]];
    }),
  );
  const surroundings = { uid: process.getuid?.() ?? 1, home: homedir(), xdgDataHome: env["XDG_DATA_HOME"] };
  const dataDirectory = resolve(
    String(flags["dataDirectory"] ?? fromEnvironment["dataDirectory"] ?? defaultDataDirectory(surroundings)),
  );
  const file = readFile(join(dataDirectory, "outpost.json"));
  const merged = { ...file, ...coerce(fromEnvironment), ...coerce(flags), dataDirectory };
  const parsed = Configuration.safeParse(merged);
  if (!parsed.success)
    throw new OutpostError("invalid_input", `configuration: ${describeProblem(parsed.error, merged)}`);
  return parsed.data;
}

function parseFlags(argv: readonly string[]): Record<string, string> {
  const flags: Record<string, string> = {};
  for (let index = 0; index < argv.length; index += 2) {
    const name = argv[index] ?? "";
    const value = argv[index + 1];
    if (!name.startsWith("--") || value === undefined) {
      throw new OutpostError(
        "invalid_input",
        `configuration: "${name}" is not a flag with a value, such as --port 7717`,
      );
    }
    flags[name.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  return flags;
}

function readFile(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new OutpostError("invalid_input", `configuration: "${path}" is not a JSON object`, { cause });
  }
}

const { properties: types = {} } = z.toJSONSchema(Configuration, { io: "input" }) as {
  properties?: Record<string, { type?: string }>;
};

/** Texts of flags and environment to what the schema asks for. */
function coerce(values: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const type = types[key]?.type;
      if (type === "array") return [key, value.split(",").filter((item) => item !== "")];
      if (type === "object") return [key, parseObject(key, value)];
      if (type === "boolean" && /^(?:true|false)$/.test(value)) return [key, value === "true"];
      return [key, type === "integer" && /^\d+$/.test(value) ? Number(value) : value];
    }),
  );
}

function parseObject(key: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new OutpostError("invalid_input", `configuration: "${key}" is not JSON`, { cause });
  }
}

function describeProblem(error: z.ZodError, given: Record<string, unknown>): string {
  const issue = error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    const wrong = issue.keys[0] ?? "";
    return `there is no setting "${wrong}"; the nearest is "${nearestName(wrong, Object.keys(Configuration.shape))}"`;
  }
  const key = String(issue?.path[0] ?? "");
  return `"${key}" is ${JSON.stringify(given[key] ?? Configuration.shape[key as keyof Configuration]?.safeParse(undefined).data)}: ${issue?.message ?? "invalid"}`;
}
