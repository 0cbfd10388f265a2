// The lines of code that hold a name, from the texts of the files whose names say so. Comments and strings are left out, by the lexis of
// each file's language.
import { getLanguage, scanNames } from "@outpost/indexer";
import { type CodeReference, isOutpostError } from "@outpost/protocol";
import {
  type BlobSymbol,
  type CatalogReader,
  enclosingSymbol,
  type SymbolFile,
  type SymbolTable,
} from "@outpost/retrieval";

/** Files whose text is read for one answer. */
const maxFilesRead = 300;
const maxLineCharacters = 300;

export interface FoundReferences {
  items: CodeReference[];
  totalFiles: number;
  isCut: boolean;
}

export async function readReferences(
  reader: CatalogReader,
  table: SymbolTable,
  names: ReadonlySet<string>,
  { pathPrefix, limit, signal }: { pathPrefix?: string | undefined; limit: number; signal?: AbortSignal | undefined },
): Promise<FoundReferences> {
  const files = [...names]
    .flatMap((name) => table.usesOf(name))
    .map(({ file, count }) => ({ file: table.fileAt(file), count }))
    .filter(({ file }) => pathPrefix === undefined || file.path.startsWith(pathPrefix))
    .sort(
      (a, b) => standsBack(a.file) - standsBack(b.file) || b.count - a.count || (a.file.path < b.file.path ? -1 : 1),
    );
  const items: CodeReference[] = [];
  let withReferences = 0;
  let isCut = false;
  for (const [index, { file, count }] of files.entries()) {
    signal?.throwIfAborted();
    const definitions = definedIn(file, names).length;
    if (items.length >= limit || index >= maxFilesRead) {
      if (count > definitions) withReferences += 1;
      isCut ||= count > definitions;
      continue;
    }
    const found = await readFile(reader, file, names);
    if (found.length > 0) withReferences += 1;
    isCut ||= items.length + found.length > limit;
    items.push(...found.slice(0, limit - items.length));
  }
  return { items, totalFiles: withReferences, isCut };
}

function definedIn({ symbols, members }: SymbolFile, names: ReadonlySet<string>): BlobSymbol[] {
  return [...symbols, ...members].filter(({ name }) => names.has(name));
}

function standsBack({ kinds }: SymbolFile): number {
  return kinds.length > 0 ? 1 : 0;
}

async function readFile(reader: CatalogReader, file: SymbolFile, names: ReadonlySet<string>): Promise<CodeReference[]> {
  const { lexis } = getLanguage(file.language);
  const text = await readText(reader, file.blob);
  if (lexis === undefined || text === null) return [];
  const defined = new Set(definedIn(file, names).map(({ line }) => line));
  const lines = new Set<number>();
  let line = 1;
  let at = 0;
  scanNames(text, lexis, (name, offset) => {
    if (!names.has(name)) return;
    for (let next = text.indexOf("\n", at); next !== -1 && next < offset; next = text.indexOf("\n", at)) {
      line += 1;
      at = next + 1;
    }
    if (!defined.has(line)) lines.add(line);
  });
  const all = lines.size === 0 ? [] : text.split("\n");
  return [...lines].map((number) => {
    const around = enclosingSymbol(file.symbols, number);
    return {
      path: file.path,
      line: number,
      text: (all[number - 1] ?? "").trim().slice(0, maxLineCharacters),
      within: around === undefined ? null : qualifiedName(around),
    };
  });
}

/** Null when the blob was collected meanwhile: it is in no view any more. */
export async function readText(reader: CatalogReader, blob: string): Promise<string | null> {
  try {
    return await reader.readText(blob);
  } catch (error) {
    if (isOutpostError(error) && error.code === "not_found") return null;
    throw error;
  }
}

export function qualifiedName({ name, container }: { name: string; container: string }): string {
  return container === "" ? name : `${container}.${name}`;
}
