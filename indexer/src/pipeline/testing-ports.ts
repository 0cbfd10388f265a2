// For the tests of the pipeline: an embedder and terms that tell which text they are of, and a real parser.
import { fileURLToPath } from "node:url";
import type { CatalogWriter, Embedder, SourceListing } from "@outpost/retrieval";
import { createFilePolicy } from "../file-policy/file-policy.ts";
import { createParser, type Parser } from "../parser/parser.ts";
import { gitBlobId } from "./git-blob-id.ts";
import { createIndexIdentity, type IndexingPorts, type TermExtractor } from "./ports.ts";

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a tree lists that holds these texts. */
export function listTexts(files: ReadonlyMap<string, string>): SourceListing {
  const listed = [...files].map(([path, text]) => ({ path, blob: gitBlobId(encode(text)), bytes: text.length }));
  return { files: listed, problems: [], commit: null };
}

export function openTestParser(): Parser {
  const modulePath = fileURLToPath(new URL("../parser/testing-parser-entry.ts", import.meta.url));
  return createParser({ entry: { modulePath, execArgv: ["--import", "tsx"] } });
}

/** `embedded`: the paths of all inputs, in order. */
export function createTestEmbedder(): Embedder & { embedded: string[] } {
  const embedded: string[] = [];
  return {
    identity: { name: "test/lengths", revision: "1", dimensions: 2 },
    embedded,
    embedDocuments: async (inputs) => {
      embedded.push(...inputs.map(({ path }) => path));
      return inputs.map(({ text }) => new Float32Array([Math.cos(text.length), Math.sin(text.length)]));
    },
    embedQuery: async () => new Float32Array(2),
  };
}

const extractTerms: TermExtractor = ({ path, text }) => ({
  hashes: new Uint32Array([text.length, path.length]),
  frequencies: new Uint8Array([1, 2]),
});

export async function openTestPorts(input: {
  catalog: CatalogWriter;
  embedder: Embedder;
  parser: Parser;
}): Promise<IndexingPorts> {
  const reasonOf = (path: string) => (path === ".env" ? "an environment file may hold secrets" : null);
  const filePolicy = createFilePolicy({ denied: { version: "1", reasonOf } });
  await input.catalog.open(createIndexIdentity({ embedder: input.embedder, filePolicy, termsVersion: "t1" }));
  return { ...input, filePolicy, extractTerms, nowMs: Date.now };
}
