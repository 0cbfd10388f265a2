// For the tests of the pipeline: a folder on disk that is indexed. Tests bring the catalog and the tree, since only they may use the testkit.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CatalogWriter, SourceTree } from "@outpost/retrieval";
import type { Parser } from "../parser/parser.ts";
import { type IndexRepositoryInput, indexRepository } from "./index-repository.ts";
import type { IndexingPorts } from "./ports.ts";
import { createTestEmbedder, openTestPorts } from "./testing-ports.ts";

/** Of the folder. */
export const view = "checkout:rep_1";

export interface TestFolder<Catalog extends CatalogWriter> {
  root: string;
  catalog: Catalog;
  embedder: ReturnType<typeof createTestEmbedder>;
  ports: IndexingPorts;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Into `view`, unless the input names another. */
  index(input?: Partial<IndexRepositoryInput>): ReturnType<typeof indexRepository>;
  remove(): Promise<void>;
}

export async function createTestFolder<Catalog extends CatalogWriter>(input: {
  catalog: Catalog;
  treeOf: (root: string) => SourceTree;
  parser: Parser;
}): Promise<TestFolder<Catalog>> {
  const { catalog, treeOf, parser } = input;
  const root = await mkdtemp(join(tmpdir(), "outpost-index-"));
  const embedder = createTestEmbedder();
  const ports = await openTestPorts({ catalog, embedder, parser });
  return {
    ...{ root, catalog, embedder, ports },
    async write(path, content) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    index: (input = {}) => indexRepository({ tree: treeOf(root), ports, viewId: view, ...input }),
    remove: () => rm(root, { recursive: true }),
  };
}
