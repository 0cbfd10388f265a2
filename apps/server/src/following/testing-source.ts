// For the tests of following: a git repository on disk, and the index that follows it, both real; only vectors are made up.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createFilePolicy,
  createIndexIdentity,
  createParser,
  type IndexingPorts,
  indexPaths,
  indexRepository,
  type Look,
} from "@outpost/indexer";
import { type CatalogReader, type Embedder, extractTerms, type SourceTree, termsVersion } from "@outpost/retrieval";
import { createProcessRunner } from "@outpost/sandbox";
import { openSqliteCatalogReader, openSqliteCatalogWriter } from "@outpost/store";
import { createCheckoutSourceTree, createGitRunner } from "@outpost/workspace";
import { createTempFolder } from "../end-to-end/temp-checkout.ts";
import { snapshotView } from "../indexing/testing-indexer.ts";
import { entryPoint } from "../process/entry-points.ts";

export interface TestSource {
  root: string;
  /** Null for a plain folder. */
  gitDirectory: string | null;
  problems: string[];
  /** Of the followed index. */
  parts: { tree: SourceTree; ports: IndexingPorts; reader: CatalogReader; viewId: string };
  git(...args: string[]): void;
  look(signal?: AbortSignal, paths?: readonly string[] | null): Promise<Look>;
  /** What the followed index shows. */
  snapshot(): Promise<unknown>;
  indexAfresh(): Promise<unknown>;
  close(): Promise<void>;
}

const viewId = "checkout:rep_followed";

const embedder: Embedder = {
  identity: { name: "test/length", revision: "1", dimensions: 2 },
  embedDocuments: async (inputs) =>
    inputs.map(({ text }) => new Float32Array([Math.cos(text.length), Math.sin(text.length)])),
  embedQuery: async () => new Float32Array(2),
};

/** With branches `one` and `two`; `one` is checked out. Or a plain folder of the same files. */
export async function openTestSource(kind: "git" | "folder" = "git"): Promise<TestSource> {
  const checkout = await createTempFolder({ "a.py": "a = 1\n", "lib/b.py": "b = 2\n", ".gitignore": "*.log\n" });
  const root = checkout.path;
  if (kind === "git") {
    await checkout.git("init", "--quiet", "--initial-branch", "one");
    await checkout.commit("first");
  }
  const git = (...args: string[]): void => {
    const env = {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      GIT_AUTHOR_NAME: "P",
      GIT_AUTHOR_EMAIL: "p@x.invalid",
    };
    const committer = { GIT_COMMITTER_NAME: "P", GIT_COMMITTER_EMAIL: "p@x.invalid", GIT_EDITOR: "true" };
    try {
      execFileSync("git", ["-C", root, ...args], { env: { ...env, ...committer }, stdio: "ignore" });
    } catch (error) {
      throw new Error(`git ${args[0]} exited with ${(error as { status?: number }).status}`);
    }
  };
  if (kind === "git") git("branch", "two");
  const directory = await mkdtemp(join(tmpdir(), "outpost-following-"));
  const runner = await createProcessRunner({ dataDirectory: directory });
  const gitRunner = createGitRunner({ runner, globalConfigPath: join(directory, "gitconfig") });
  const tree = createCheckoutSourceTree({ git: gitRunner, source: { type: "path", path: root } });
  const parser = createParser({ entry: entryPoint("parser") });
  const filePolicy = createFilePolicy({ denied: { version: "1", reasonOf: () => null } });
  let fresh = 0;

  async function openIndex(name: string) {
    const path = join(directory, `${name}.db`);
    const catalog = await openSqliteCatalogWriter({ path });
    await catalog.open(createIndexIdentity({ embedder, filePolicy, termsVersion }));
    const ports: IndexingPorts = { catalog, embedder, parser, filePolicy, extractTerms, nowMs: Date.now };
    const reader = await openSqliteCatalogReader({ path });
    const close = async () => {
      await catalog.close();
      await reader.close();
    };
    return { ports, reader, close };
  }

  const followed = await openIndex("followed");
  let version = 0;
  return {
    root,
    gitDirectory: kind === "git" ? join(root, ".git") : null,
    git,
    problems: [],
    parts: { tree, ports: followed.ports, reader: followed.reader, viewId },
    async look(signal, paths = null) {
      const more = signal ? { signal } : {};
      const commit = (await followed.reader.view(viewId))?.commit ?? null;
      const named =
        paths === null ? null : await indexPaths({ tree, ports: followed.ports, viewId, paths, commit, ...more });
      if (named !== null) {
        const hasChanged = named.view !== null && named.view.version !== version;
        version = named.view?.version ?? version;
        return { directories: null, hasChanged };
      }
      const { value } = await indexRepository({ tree, ports: followed.ports, viewId, ...(signal ? { signal } : {}) });
      const hasChanged = value.view.version !== version;
      version = value.view.version;
      return { directories: value.directories, hasChanged };
    },
    snapshot: () => snapshotView(followed.reader, viewId),
    async indexAfresh() {
      fresh++;
      const index = await openIndex(`fresh${fresh}`);
      await indexRepository({ tree, ports: index.ports, viewId });
      const snapshot = await snapshotView(index.reader, viewId);
      await index.close();
      return snapshot;
    },
    async close() {
      await followed.close();
      await parser.close();
      await checkout.remove();
      await rm(directory, { recursive: true });
    },
  };
}
