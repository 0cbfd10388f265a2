// Secrets that a change would add: the added lines of its text files are looked through. What is too long to be looked through is a finding
// too, so that a person looks. Removed and unchanged lines are no findings; in the log they are concealed like the others.
import type { ChangeFile, Hunk, SecretFinding } from "@outpost/protocol";
import type { Concealer } from "./conceal.ts";
import { knownRule, type Redactor } from "./redactor.ts";
import { findSecrets, maxScannedCharacters } from "./rule-scanner.ts";

/** Characters of added text of one change. */
const maxAddedCharacters = 4_000_000;
const maxFindings = 200;
export const unscannedRule = "not-scanned";

/** The files of a change as they may be stored, and what in them looks like a secret. */
export function inspectChange(
  files: readonly ChangeFile[],
  secrets: { redactor: Redactor; concealer: Concealer; allowed: ReadonlySet<string> },
): { files: ChangeFile[]; secrets: SecretFinding[] } {
  return {
    files: concealChange(files, secrets.concealer),
    secrets: findInChange(files, secrets.redactor, secrets.allowed),
  };
}

export function findInChange(
  files: readonly ChangeFile[],
  redactor: Redactor,
  allowed: ReadonlySet<string>,
): SecretFinding[] {
  const findings: SecretFinding[] = [];
  let left = maxAddedCharacters;
  for (const file of files) {
    for (const hunk of file.hunks) {
      const added = addedLines(hunk);
      const size = added.reduce((sum, { text }) => sum + text.length + 1, 0);
      if (size > Math.min(left, maxScannedCharacters)) {
        findings.push(unscanned(file, hunk, redactor));
        continue;
      }
      left -= size;
      findings.push(...findInLines(file.path, added, redactor));
    }
  }
  const fresh = findings.filter(({ id }) => !allowed.has(id));
  return [...new Map(fresh.map((finding) => [`${finding.id} ${finding.path}`, finding])).values()].slice(
    0,
    maxFindings,
  );
}

interface AddedLine {
  text: string;
  line: number;
}

function addedLines({ lines, newStart }: Hunk): AddedLine[] {
  const added: AddedLine[] = [];
  let line = newStart;
  for (const text of lines) {
    if (text.startsWith("+")) added.push({ text: text.slice(1), line });
    if (text.startsWith("+") || text.startsWith(" ")) line += 1;
  }
  return added;
}

function findInLines(path: string, lines: readonly AddedLine[], redactor: Redactor): SecretFinding[] {
  const text = lines.map((line) => line.text).join("\n");
  const starts: number[] = [];
  for (let at = 0, index = 0; index < lines.length; at += (lines[index]?.text.length ?? 0) + 1, index++)
    starts.push(at);
  const lineAt = (offset: number): number => lines[starts.findLastIndex((start) => start <= offset)]?.line ?? 1;
  const known = redactor.findKnown(text).map(({ start, value }) => ({
    ...{ id: `${knownRule}:${redactor.hash8(value)}`, rule: knownRule },
    ...{ what: "a secret that this server knows", path, line: lineAt(start) },
  }));
  const found = findSecrets(text).map((secret) => ({
    ...{ id: `${secret.rule}:${redactor.hash8(secret.value)}`, rule: secret.rule },
    ...{ what: secret.what, path, line: lineAt(secret.start) },
  }));
  return [...known, ...found];
}

function unscanned({ path }: ChangeFile, hunk: Hunk, redactor: Redactor): SecretFinding {
  const hash8 = redactor.hash8(`${path}\n${hunk.id}`);
  return {
    ...{ id: `${unscannedRule}:${hash8}`, rule: unscannedRule, what: "text too long to look for secrets" },
    ...{ path, line: hunk.newStart },
  };
}

/** The hunks as the log may hold them. Ids stay: they are of the true text. */
export function concealChange(files: readonly ChangeFile[], concealer: Concealer): ChangeFile[] {
  return files.map((file) => ({ ...file, hunks: file.hunks.map((hunk) => concealHunk(hunk, concealer)) }));
}

/** The lines together, for what runs over several; one by one where that would change their number. */
function concealHunk(hunk: Hunk, concealer: Concealer): Hunk {
  const text = hunk.lines.join("\n");
  if (text.length > maxScannedCharacters) return { ...hunk, lines: hunk.lines.map((line) => concealer.conceal(line)) };
  const shown = concealer.conceal(text);
  if (shown === text) return hunk;
  const lines = shown.split("\n");
  return {
    ...hunk,
    lines: lines.length === hunk.lines.length ? lines : hunk.lines.map((line) => concealLine(line, concealer)),
  };
}

/** A line of what was a secret only together with its neighbours says that it is hidden. */
function concealLine(line: string, concealer: Concealer): string {
  const shown = concealer.conceal(line);
  return shown === line && /^[ +-][A-Za-z0-9+/=\\]{20,}$/.test(line) ? `${line.slice(0, 1)}[…]` : shown;
}
