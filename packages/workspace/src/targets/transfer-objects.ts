// Brings commits from the mirror into a source's object store: git packs them in the mirror, and the finished pack is put beside the others,
// its index last, as git itself does. Nothing that is there is changed; a pack that nobody names is collected by the user's own git.
// Does not know refs.
import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  makeDirectories,
  removeStaged,
  stageEntry,
  syncDirectory,
  systemErrorCode,
  toOutpostError,
} from "@outpost/checkout";
import { OutpostError } from "@outpost/protocol";
import type { Mirror } from "../mirror/mirror.ts";
import type { SourceRepository } from "./source-repository.ts";

export interface TransferRequest {
  mirror: Mirror;
  source: SourceRepository;
  commit: string;
  /** What the source has already. */
  has: readonly string[];
}

export async function transferObjects(request: TransferRequest): Promise<void> {
  const { mirror, source } = request;
  // Inside the mirror: git makes a pack beside its own and renames it, which does not go across mounts.
  const directory = await mkdtemp(join(mirror.gitDir, "transfer-"));
  try {
    await mirror.run({
      args: ["pack-objects", "--quiet", "--revs", "--delta-base-offset", join(directory, "pack")],
      stdin: [request.commit, "--not", ...request.has, ""].join("\n"),
      writable: [mirror.gitDir],
    });
    const names = (await readdir(directory)).filter((name) => /^pack-[0-9a-f]{40,64}\.(?:pack|idx|rev)$/u.test(name));
    if (!names.some((name) => name.endsWith(".idx"))) throw new OutpostError("internal", "git packed nothing");
    // The index last: with it the pack begins to count.
    names.sort((a, b) => Number(a.endsWith(".idx")) - Number(b.endsWith(".idx")));
    const files = await Promise.all(
      names.map(async (name) => ({ name, bytes: await readFile(join(directory, name)) })),
    );
    await putFiles(await realpath(join(source.location.commonDir, "objects")), files);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function putFiles(objects: string, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const walk = await makeDirectories(objects, ["pack"]);
  const put: string[] = [];
  try {
    if (walk.stop) throw new OutpostError("conflict", `"${join(objects, "pack")}" is no directory`);
    for (const { name, bytes } of files) {
      const content = { kind: "file", bytes, permissions: 0o444, executable: false, owner: null } as const;
      try {
        await stageEntry(walk.directory, name, content);
        put.push(name);
      } catch (error) {
        // A pack's name is the hash of its content: what has it is the same.
        if (systemErrorCode(error) !== "EEXIST") throw error;
      }
    }
    await syncDirectory(walk.directory);
  } catch (error) {
    for (const name of put.reverse()) await removeStaged(walk.directory, name).catch(() => false);
    throw toOutpostError(error, join(objects, "pack"));
  } finally {
    await walk.directory.close();
  }
}
