// Which paths of a repository may be written, read, or neither. Pure.
// Covered: every spelling of a path below the root, whatever its case; what is below a folder that a glob names. Not covered: links, which
// the file tools never follow and which lead commands to nothing, since denied files are not there for them.
import type { FileRules } from "@outpost/core";
import {
  compileGlob,
  type FileAccess,
  type FileJudgement,
  type FileRule,
  type PolicyLevel,
  type RulePlace,
} from "@outpost/protocol";

export interface PlacedFileRule {
  rule: FileRule;
  place: RulePlace;
}

const strictness: Record<FileAccess, number> = { write: 0, read: 1, deny: 2 };

/** Within a level the strictest rule wins. The user's word replaces the built-in one; a repository's can only be stricter. */
export function createFileRules(rules: readonly PlacedFileRule[]): FileRules {
  const compiled = rules.map((placed) => ({ ...placed, fits: compile(placed.rule) }));
  const strictestOf = (level: PolicyLevel, path: string): FileJudgement | null => {
    let found: FileJudgement | null = null;
    for (const { rule, place, fits } of compiled) {
      if (place.level !== level || (found && strictness[rule.access] <= strictness[found.access])) continue;
      if (fits(path)) found = { access: rule.access, reason: rule.reason, rule: place };
    }
    return found;
  };
  return {
    judge(path) {
      const normal = path.normalize("NFC").toLowerCase();
      const own = strictestOf("user", normal) ?? strictestOf("built-in", normal);
      const repository = strictestOf("repository", normal);
      if (repository && strictness[repository.access] > strictness[own?.access ?? "write"]) return repository;
      return own ?? { access: "write", reason: "no rule says otherwise", rule: null };
    },
  };
}

/** Of a path and of each folder it lies in. An exception frees the path itself only. */
function compile({ globs, except }: FileRule): (path: string) => boolean {
  const fits = globs.map((glob) => compileGlob(glob.toLowerCase()));
  const exempt = except.map((glob) => compileGlob(glob.toLowerCase()));
  const fitsItself = (path: string) =>
    fits.some((matches) => matches(path)) && !exempt.some((matches) => matches(path));
  /** The last one asked for: files of a folder come one after the other. */
  let known = { folder: "", fits: false };
  const folderFits = (folder: string): boolean => {
    if (folder === "") return false;
    if (folder !== known.folder) known = { folder, fits: fitsItself(folder) || folderFits(folderOf(folder)) };
    return known.fits;
  };
  return (path) => path !== "" && (fitsItself(path) || folderFits(folderOf(path)));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
