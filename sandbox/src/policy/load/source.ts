// Where policy texts come from: the built-in ones beside the code, the user's file by its path. The repository's is handed in as text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OutpostError, type PolicyLevel } from "@outpost/protocol";

export const policyFileName = "outpost.policy.yaml";

export interface PolicySourceText {
  level: PolicyLevel;
  /** As a person would name it. */
  file: string;
  text: string;
}

/** One file a subject, in the order of their names. `directory`: where they lie beside a bundle. */
export function readBuiltInPolicies(
  directory = fileURLToPath(new URL("../../../assets/policy", import.meta.url)),
): PolicySourceText[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".yaml"))
    .toSorted()
    .map((name) => ({
      level: "built-in",
      file: `built-in/${name}`,
      text: readFileSync(join(directory, name), "utf8"),
    }));
}

/** Null where there is none. Rejects (throws) with `unavailable` where there is one that cannot be read. */
export function readUserPolicy(path: string): PolicySourceText | null {
  try {
    return { level: "user", file: path, text: readFileSync(path, "utf8") };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new OutpostError("unavailable", `policy file "${path}" cannot be read`, { cause });
  }
}
