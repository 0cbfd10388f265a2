// A commit's message as a question: what it says, without what people and programs put around it. Or why it makes none. Pure.
import type { Commit } from "./git-reader.ts";

export type NoQuestion = "by a program" | "upkeep" | "a message of few words";

const minWords = 4;
const maxCharacters = 4_000;
/** What stands behind is not read. */
const maxReadCharacters = 20_000;

const program =
  /\[bot\]|\b(?:ro)?bot\b|dependabot|renovate|greenkeeper|mergify|github-actions|pre-commit-ci|releaser\b/i;
/** Subjects of commits that say nothing of the code: releases, other versions of dependencies, reverts, merges, typing errors. */
const upkeep = [
  /^(?:revert|reapply|merge|fixup!|squash!|amend!|wip\b|backport\b|cherry-?pick)/i,
  /^(?:[\w()/-]+!?:\s*)?(?:bump|upgrade|pin|unpin|sync)\b/i,
  /^(?:[\w()/-]+!?:\s*)?update\b.*\b(?:dependenc|requirement|changelog|lock ?file|typeshed|submodule|version|to v?\d+(?:\.\d+)*\b)/i,
  /^(?:[\w()/-]+!?:\s*)?(?:prepare|release|releasing|tag|version|new version|set version)\b.*(?:\d+\.\d+|release|version)/i,
  /^v?\d+(?:\.\d+)+\b/,
  /^(?:chore|build|ci|style|docs?)(?:\([^)]*\))?!?:/i,
  /\b(?:typos?|misspell\w*|changelog|copyright year|lock ?file)\b/i,
  /^(?:(?:fix|run|apply) )?(?:lint(?:er|ing|s)?|(?:re)?format(?:ting)?)\b/i,
];

/** Lines that people and programs put around a message. */
const around = [
  /^[A-Z][\w-]{0,60}-(?:by|id|url|link|from|commit|on): ?\S/i,
  /^(?:change-id|bug|issue|issues|refs?|link|cc|see|see also|pr|pull request|jira|ticket|test plan|reviewers?|backport): ?\S/i,
  /^\(?cherry[- ]picked from\b/i,
  /^[-=_*]{3,}$/,
  /^(?:[-*] )?\[pre-commit\.ci\]|^for more information, see https?:\/\/pre-commit\.ci/i,
  /^(?:[-*] )?(?:add|update) (?:the )?(?:changelog|changes|release notes)(?: entry)?(?:\.\w+)?\.?$/i,
];
const issue =
  "(?:\\b[\\w.-]{1,100}/[\\w.-]{1,100})?#\\d+|GH-\\d+|https?://\\S{1,200}?/(?:issues|pull|merge_requests|commit|compare)/\\S+";
const closing = new RegExp(
  `\\b(?:(?:partially |also |this )*(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|address(?:e[sd])?|ref(?:s|erence[sd]?)?|see(?: also)?|related to|part of|work(?:s|ing)? on|replaces|supersedes|(?:was )?(?:regressed|introduced) (?:in|by)|follow[- ]?up (?:to|of|on)))[: ]+(?:issues? |bug |pull request |PR )?(?:${issue})(?:(?:,? and |, ?| )(?:${issue}))*\\.?`,
  "gi",
);
const reference = new RegExp(`\\s*[([](?:${issue})(?:, ?(?:${issue}))*[)\\]]|(?:${issue})`, "gi");

export function queryOfCommit({ author, message }: Pick<Commit, "author" | "message">): string | { none: NoQuestion } {
  if (program.test(author)) return { none: "by a program" };
  const [subject = ""] = message.trimStart().split("\n", 1);
  if (upkeep.some((pattern) => pattern.test(subject))) return { none: "upkeep" };
  const query = cleanMessage(message);
  const words = query.match(/\p{L}{2,}/gu) ?? [];
  return words.length < minWords ? { none: "a message of few words" } : query;
}

function cleanMessage(message: string): string {
  const lines = message
    .slice(0, maxReadCharacters)
    .replace(/\r/g, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .split("\n")
    .filter((line) => !around.some((pattern) => pattern.test(line.trim())))
    .map(withoutIssues)
    .filter((line) => line === "" || /[\p{L}\p{N}]/u.test(line));
  const text = withoutRepeats(lines)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return text.length <= maxCharacters ? text : text.slice(0, maxCharacters).replace(/\s+\S*$/, "");
}

/** Nothing, where no more than two words are left. */
function withoutIssues(line: string): string {
  const without = line.replace(closing, "").replace(reference, "").trimEnd();
  const words = without.match(/\p{L}{2,}/gu) ?? [];
  return without === line || words.length > 2 ? without : "";
}

/** Code hosts list what was joined into one commit, of which the first is the subject again. */
function withoutRepeats(lines: readonly string[]): string[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const said = line.replace(/^\s*[-*]\s+/, "").trim();
    if (said === "") return true;
    const isNew = !seen.has(said);
    seen.add(said);
    return isNew;
  });
}
