// The file rules of a policy file that cannot be used, as far as they can be known: whatever says that files are closed still closes them. Pure.
// Covered: wrong keys and values anywhere, examples that fail, rules that are wrong in part (then the strictest is taken). Not covered: a text that
// is no YAML, or whose files part cannot be told: nothing is known of it, and the caller has to close everything.
import { FileRule, nearestName, PolicyFile } from "@outpost/protocol";
import { z } from "zod";
import { readYaml } from "./parse-policy.ts";

const Globs = z.array(z.string().min(1).max(500)).min(1).max(200);
const noExceptions = { except: [], matches: [], matchesNot: [] };

/** Null: they cannot be known. */
export function salvageFileRules(text: string): FileRule[] | null {
  const given = readYaml(text);
  if (typeof given !== "object" || given === null || Array.isArray(given)) return null;
  const rules: FileRule[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (key !== "files" && !isMeantFor("files", key, value)) continue;
    if (!Array.isArray(value)) return null;
    for (const entry of value) {
      const rule = salvageRule(entry);
      if (rule === null) return null;
      rules.push(rule);
    }
  }
  return rules;
}

/** A key that there is not, and that was probably to be this one. */
function isMeantFor(name: string, key: string, value: unknown): boolean {
  const names = Object.keys(PolicyFile.shape);
  if (names.includes(key)) return false;
  return nearestName(key, names) === name || JSON.stringify(value)?.includes('"globs"') === true;
}

function salvageRule(entry: unknown): FileRule | null {
  const whole = FileRule.safeParse(entry);
  if (whole.success) return whole.data;
  const globs = Globs.safeParse((entry as { globs?: unknown } | null)?.globs);
  if (!globs.success) return null;
  // Its exceptions and its looser word are not taken from a rule that is wrong.
  return { globs: globs.data, access: "deny", reason: "the policy file that says so cannot be used", ...noExceptions };
}
