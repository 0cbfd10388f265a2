// Which values of the server's surroundings are secrets: what the configuration names, and what looks like one by its name.
// Not covered: values with a harmless name, and values that are also plain words; `secretVariables` names those that are secret anyway.
import { readFileSync } from "node:fs";
import { isOutpostError, OutpostError, type Repository } from "@outpost/protocol";
import type { Configuration } from "../configuration/schema.ts";
import { minSecretCharacters } from "./encoded-forms.ts";

const secretName =
  /secret|token|passw|passphrase|api_?key|private|credential|auth|_key$|_pat$|_pwd$|^pgpass|dsn$|database_url|connection_string|webhook/i;
const pathName = /(?:_sock|_file|_path|_dir|_directory|_home|_host|_port|_user|_username|_method|_type|_mode|_name)$/i;
const passwordName = /passw|passphrase/i;
const harmless = /^(?:[a-z]+(?:[_-][a-z]+)*|\d{1,10}|[/~.]{1,2}(?:[\w.-]+\/)+[\w.-]*)$/i;
const minUnnamedCharacters = 8;
const passwordInAddress = /:\/\/[^/\s:@]*:([^/\s@]+)@/g;

/** `env`: what the process was started with. Throws `invalid_input` where the configuration names what is not there. */
export function knownSecrets(
  env: Readonly<Record<string, string | undefined>>,
  configuration: Pick<Configuration, "secretVariables" | "secretFiles" | "openaiApiKeyFile" | "tlsKeyFile"> &
    Partial<Pick<Configuration, "modelServers" | "embedderApiKeyFile" | "qdrantApiKeyFile" | "qdrantApiKey">>,
): string[] {
  const named = configuration.secretVariables.map((name) => {
    const value = env[name];
    if (value !== undefined && value.trim().length >= minSecretCharacters) return value;
    throw new OutpostError(
      "invalid_input",
      `configuration: secretVariables names "${name}", which is ${value === undefined ? "not set" : `shorter than ${minSecretCharacters} characters`}`,
    );
  });
  const { openaiApiKeyFile, embedderApiKeyFile, qdrantApiKeyFile, tlsKeyFile, modelServers = {} } = configuration;
  const keyFiles = Object.values(modelServers).map(({ apiKeyFile }) => apiKeyFile);
  const known = [openaiApiKeyFile, embedderApiKeyFile, qdrantApiKeyFile, tlsKeyFile, ...keyFiles].filter(
    (path) => path !== undefined,
  );
  const files = [...configuration.secretFiles, ...known];
  const given = configuration.qdrantApiKey === undefined ? [] : [configuration.qdrantApiKey];
  return [...named, ...given, ...secretsOfVariables(env), ...files.flatMap(secretsOfFile)];
}

/** Those of an environment's variables that are secret by their name, and passwords within addresses. */
export function secretsOfVariables(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables).flatMap(([name, value = ""]) => {
    const passwords = [...value.matchAll(passwordInAddress)].map((match) => match[1] ?? "");
    const isSecret =
      secretName.test(name) &&
      !pathName.test(name) &&
      (passwordName.test(name) || isTelling(value)) &&
      !/^\w+:\/\//.test(value);
    return [...(isSecret ? [value] : []), ...passwords].filter((secret) => secret.length >= minSecretCharacters);
  });
}

export function secretsOfRepositories(repositories: readonly Repository[]): string[] {
  return repositories.flatMap(({ environment }) => secretsOfVariables(environment.variables));
}

/** A word in small letters may be a mode or a name, and would be hidden wherever it stands. */
function isTelling(value: string): boolean {
  return value.length >= minUnnamedCharacters && !harmless.test(value);
}

/** The whole text, and the values where it is a list of variables. */
function secretsOfFile(path: string): string[] {
  try {
    const text = readFileSync(path, "utf8");
    const values = text
      .split(/\r?\n/)
      .flatMap((line) => /^(?:export\s+)?[A-Za-z_]\w*=(.*)$/.exec(line.trim())?.[1] ?? []);
    return [...(values.length > 0 ? [] : [text]), ...values.map((value) => value.replace(/^(["'])(.*)\1$/, "$2"))];
  } catch (error) {
    if (isOutpostError(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new OutpostError("invalid_input", `configuration: the secret's file "${path}" cannot be read (${code})`);
  }
}
