// For the property test of changes: what accepted hunks and three-way merges must give, found without the code under test.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeFile } from "@outpost/protocol";

const linesOf = (text: string) => text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];

/** The oracle: the base's lines, with those of accepted hunks instead. */
export function compose(
  before: string,
  after: string,
  hunks: ChangeFile["hunks"],
  accepted: ReadonlySet<string>,
): string {
  const [old, next] = [linesOf(before), linesOf(after)];
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const start = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    result.push(...old.slice(at, start));
    const newStart = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    result.push(
      ...(accepted.has(hunk.id)
        ? next.slice(newStart, newStart + hunk.newLines)
        : old.slice(start, start + hunk.oldLines)),
    );
    at = start + hunk.oldLines;
  }
  return [...result, ...old.slice(at)].join("");
}

/** Git's own merge, by way of files in the directory; null: a conflict. */
export function mergeWithGit(directory: string, base: string, mine: string, theirs: string): string | null {
  const places = [mine, base, theirs].map((content, index) => {
    const place = join(directory, `merge-${index}`);
    writeFileSync(place, Buffer.from(content, "latin1"));
    return place;
  });
  try {
    return execFileSync("git", ["merge-file", "-p", "--diff3", ...places], {
      stdio: ["ignore", "pipe", "ignore"],
    }).toString("latin1");
  } catch {
    return null;
  }
}
