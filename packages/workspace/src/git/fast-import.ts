// Writes blobs, trees, a commit and a ref with one git process, from raw bytes: no filter and no attribute is ever asked.
// Does not know where the bytes come from. Invariant: the tree is the one that it starts from with exactly the edits made.
import type { FileMode } from "@outpost/protocol";
import { OutpostError } from "@outpost/protocol";
import type { GitRunner } from "./git-runner.ts";

export type TreeEdit =
  | { type: "delete"; path: string }
  | { type: "data"; path: string; mode: FileMode; bytes: Uint8Array }
  | { type: "blob"; path: string; mode: FileMode; blob: string };

export interface CommitRequest {
  gitDir: string;
  /** Set to the commit whatever it was: give it a ref that nobody else moves. */
  ref: string;
  parent: string | null;
  /** The tree that the edits are made to; default: the parent's. */
  startTree?: string;
  message: string;
  /** "Name <address>"; default: Outpost's own. */
  author?: string;
  atMs: number;
  edits: readonly TreeEdit[];
  signal?: AbortSignal | undefined;
}

/** Bytes of one stream; what is more goes ahead in streams of its own. */
const MAX_STREAM_BYTES = 32_000_000;
const AUTHOR = "Outpost <outpost@localhost>";

export async function writeCommit(git: GitRunner, request: CommitRequest): Promise<{ commit: string; tree: string }> {
  const edits = await storeAhead(git, request);
  const message = Buffer.from(request.message);
  const parts: Uint8Array[] = [
    text(`commit ${request.ref}\nmark :1\n`),
    text(`committer ${request.author ?? AUTHOR} ${Math.floor(request.atMs / 1000)} +0000\n`),
    text(`data ${message.byteLength}\n`),
    message,
    text("\n"),
    text(request.parent === null ? "deleteall\n" : `from ${request.parent}\n`),
  ];
  if (request.startTree !== undefined) parts.push(text(`M 040000 ${request.startTree} ""\n`));
  // A file that became a directory: its removal must not take the new files below it along.
  for (const edit of edits) if (edit.type === "delete") parts.push(text(`D ${quotePath(edit.path)}\n`));
  for (const edit of edits) parts.push(...modification(edit));
  // Inside the commit, so that it names the commit's own root.
  parts.push(text('ls ""\n\nget-mark :1\ndone\n'));
  const output = await runImport(git, request, parts);
  const reply = /^040000 tree ([0-9a-f]{40,64})\t\n([0-9a-f]{40,64})\n$/.exec(output);
  if (reply?.[1] === undefined || reply[2] === undefined)
    throw new OutpostError("internal", `git fast-import answered ${JSON.stringify(output)}`);
  return { commit: reply[2], tree: reply[1] };
}

function modification(edit: TreeEdit): Uint8Array[] {
  switch (edit.type) {
    case "delete":
      return [];
    case "blob":
      return [text(`M ${edit.mode} ${edit.blob} ${quotePath(edit.path)}\n`)];
    case "data":
      return [
        text(`M ${edit.mode} inline ${quotePath(edit.path)}\ndata ${edit.bytes.byteLength}\n`),
        edit.bytes,
        text("\n"),
      ];
  }
}

/** Stores blobs until what remains fits one stream. */
async function storeAhead(git: GitRunner, request: CommitRequest): Promise<TreeEdit[]> {
  const edits = [...request.edits];
  let remaining = edits.reduce((sum, edit) => sum + (edit.type === "data" ? edit.bytes.byteLength : 0), 0);
  let next = 0;
  while (remaining > MAX_STREAM_BYTES) {
    const batch: { at: number; edit: Extract<TreeEdit, { type: "data" }> }[] = [];
    let bytes = 0;
    while (next < edits.length && bytes < MAX_STREAM_BYTES) {
      const edit = edits[next];
      if (edit?.type === "data") {
        batch.push({ at: next, edit });
        bytes += edit.bytes.byteLength;
      }
      next++;
    }
    const ids = await writeBlobs(
      git,
      request,
      batch.map(({ edit }) => edit.bytes),
    );
    for (const [position, { at, edit }] of batch.entries()) {
      const blob = ids[position];
      if (blob !== undefined) edits[at] = { type: "blob", path: edit.path, mode: edit.mode, blob };
    }
    remaining -= bytes;
  }
  return edits;
}

/** Stores blobs; their ids come back in order. The caller bounds their sum. */
async function writeBlobs(
  git: GitRunner,
  request: { gitDir: string; signal?: AbortSignal | undefined },
  blobs: readonly Uint8Array[],
): Promise<string[]> {
  if (blobs.length === 0) return [];
  const parts = blobs.flatMap((bytes, position) => [
    text(`blob\nmark :${position + 1}\ndata ${bytes.byteLength}\n`),
    bytes,
    text(`\nget-mark :${position + 1}\n`),
  ]);
  const ids = (await runImport(git, request, [...parts, text("done\n")])).trimEnd().split("\n");
  if (ids.length !== blobs.length) throw new OutpostError("internal", `git fast-import stored ${ids.length} blobs`);
  return ids;
}

async function runImport(
  git: GitRunner,
  request: { gitDir: string; signal?: AbortSignal | undefined },
  parts: readonly Uint8Array[],
): Promise<string> {
  const output = await git.run({
    args: ["fast-import", "--done", "--quiet", "--force"],
    gitDir: request.gitDir,
    writable: [request.gitDir],
    stdin: Buffer.concat(parts),
    timeoutMs: 300_000,
    signal: request.signal,
  });
  return output.bytes.toString("latin1");
}

function text(value: string): Uint8Array {
  return Buffer.from(value);
}

function quotePath(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
