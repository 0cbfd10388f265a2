// Records what a worktree holds as commits in the mirror, byte for byte, reading only what changed since the last record.
// Invariant: the tree is that of the start, with every path that git would track as it is now; what is left out is named in the message.
import type { TreeEdit } from "../git/fast-import.ts";
import { writeCommit } from "../git/fast-import.ts";
import { blobIdOf } from "../git/object-id.ts";
import type { Mirror } from "../mirror/mirror.ts";
import { createDirectoryCheck } from "../source-tree/file-hasher.ts";
import { type LeftOut, scanChanges } from "./change-scan.ts";
import { type PathState, readPathState, stampOf } from "./path-state.ts";
import type { WorktreePlace } from "./worktree-place.ts";

export interface RecordedState {
  commit: string;
  tree: string;
  /** The worktree's HEAD that the commit's message names. */
  head: string;
  leftOut: LeftOut[];
}

export interface Recorder {
  /** The present state; `head` goes into its message. Costs one git process when nothing changed, two otherwise. */
  record(head: string): Promise<RecordedState>;
  /** The paths that changed since this was last called, sorted. */
  takeTouched(): string[];
}

export interface RecorderOptions {
  mirror: Mirror;
  place: WorktreePlace;
  start: RecordedState;
  /** The parent of every record, so that none holds another one's objects. */
  baseCommit: string;
  /** What a command makes at such a path is left out, for this reason. */
  whyNotRecorded?: (path: string) => string | null;
  /** Lines that say which run it is, for whoever finds the commit. */
  trailers: readonly string[];
  nowMs: () => number;
}

interface KnownPath {
  stamp: string | null;
  isTracked: boolean;
  /** Mode and blob id, "absent", or null when it was left out. */
  content: string | null;
  leftOut: string | null;
}

interface Findings {
  edits: TreeEdit[];
  leftOut: LeftOut[];
  /** What is known once the edits are recorded. */
  looked: Map<string, KnownPath>;
}

const MAX_RECORD_BYTES = 256_000_000;
const MAX_RECORD_FILES = 20_000;
/** After this the files that were checked out are older than an index written now, and git trusts their stat data. */
const SETTLED_MS = 1_100;

export function createRecorder(options: RecorderOptions): Recorder {
  const { mirror, place, nowMs } = options;
  const openedAtMs = nowMs();
  const known = new Map<string, KnownPath>();
  const touched = new Set<string>();
  let last = options.start;
  let isSettled = false;

  async function settle(): Promise<void> {
    if (isSettled || nowMs() - openedAtMs < SETTLED_MS) return;
    isSettled = true;
    await mirror.run({
      args: ["update-index", "-q", "--refresh", "--force-write-index"],
      workTree: place.root,
      index: place.index,
      readable: [place.root],
      writable: [place.stateDirectory],
      okExitCodes: [0, 1],
    });
  }

  /** Looks at every path that may have changed, and at every one that had, since git no longer names what changed back. */
  async function collect(): Promise<Findings> {
    const scan = await scanChanges(mirror, place, options.whyNotRecorded);
    const isReal = createDirectoryCheck(place.root);
    const findings: Findings = { edits: [], leftOut: [...scan.leftOut], looked: new Map() };
    let bytes = 0;
    for (const path of new Set([...scan.paths.keys(), ...known.keys()])) {
      const before = known.get(path);
      const isTracked = scan.paths.get(path) ?? before?.isTracked ?? false;
      // Untracked before and unnamed now: gone, or ignored since.
      const isWanted = isTracked || scan.paths.has(path);
      const stamp = isWanted ? stampOf(place.root, path, isReal(parentOf(path)), nowMs()) : "absent";
      if (before !== undefined && stamp !== null && before.stamp === stamp) {
        if (before.leftOut !== null) findings.leftOut.push({ path, reason: before.leftOut });
        continue;
      }
      const state: PathState = isWanted ? await readPathState(place.root, path) : { kind: "absent" };
      if (state.kind === "content") bytes += state.bytes.byteLength;
      const isOver =
        state.kind === "content" && (bytes > MAX_RECORD_BYTES || findings.edits.length >= MAX_RECORD_FILES);
      if (isOver) addFinding(findings, path, before, { stamp: null, isTracked }, tooMuch);
      else addFinding(findings, path, before, { stamp, isTracked }, state);
    }
    return findings;
  }

  return {
    async record(head) {
      await settle();
      const { edits, leftOut, looked } = await collect();
      if (edits.length === 0 && head === last.head) {
        for (const [path, look] of looked) known.set(path, look);
        last = { ...last, leftOut };
        return last;
      }
      const written = await writeCommit(mirror.git, {
        gitDir: mirror.gitDir,
        ref: place.privateRef,
        parent: options.baseCommit,
        startTree: last.tree,
        message: messageOf(options.trailers, head, leftOut),
        atMs: nowMs(),
        edits,
      });
      for (const [path, look] of looked) known.set(path, look);
      for (const edit of edits) touched.add(edit.path);
      last = { ...written, head, leftOut };
      return last;
    },
    takeTouched() {
      const paths = [...touched].sort();
      touched.clear();
      return paths;
    },
  };
}

const tooMuch: PathState = {
  kind: "left_out",
  reason: `over ${MAX_RECORD_BYTES} bytes or ${MAX_RECORD_FILES} files at once`,
};

function addFinding(
  findings: Findings,
  path: string,
  before: KnownPath | undefined,
  look: Pick<KnownPath, "stamp" | "isTracked">,
  state: PathState,
): void {
  if (state.kind === "left_out") {
    findings.leftOut.push({ path, reason: state.reason });
    findings.looked.set(path, { ...look, content: before?.content ?? null, leftOut: state.reason });
    return;
  }
  const content = state.kind === "absent" ? "absent" : `${state.mode} ${blobIdOf(state.bytes, "sha1")}`;
  findings.looked.set(path, { ...look, content, leftOut: null });
  if (before === undefined ? state.kind === "absent" && !look.isTracked : before.content === content) return;
  findings.edits.push(
    state.kind === "absent" ? { type: "delete", path } : { type: "data", path, mode: state.mode, bytes: state.bytes },
  );
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

function messageOf(trailers: readonly string[], head: string, leftOut: readonly LeftOut[]): string {
  const notes = leftOut.slice(0, 100).map(({ path, reason }) => `left out: ${JSON.stringify(path)}: ${reason}`);
  return ["state of a worktree", "", ...notes, "", ...trailers, `Outpost-Head: ${head}`, ""].join("\n");
}
