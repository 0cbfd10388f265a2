// Kinds of files that answer a question about the code less often than the code itself, and the words that ask for them all the same.
import { splitPath } from "../terms/path-words.ts";

export type PathKind =
  | "test"
  | "vendored"
  | "generated"
  | "documentation"
  | "example"
  | "legacy"
  | "barrel"
  | "declaration";

const folderKinds: Record<string, PathKind> = {
  ...kindOf(
    "test",
    "test tests __tests__ testing spec specs testdata fixtures fixture __mocks__ mocks e2e testsuite androidtest jvmtest",
  ),
  ...kindOf(
    "vendored",
    "vendor vendored third_party thirdparty third-party node_modules extern external externals deps bower_components",
  ),
  ...kindOf("generated", "generated gen __generated__ autogen dist"),
  ...kindOf("documentation", "doc docs documentation website man changelog changelogs"),
  ...kindOf(
    "example",
    "example examples sample samples demo demos tutorial tutorials docs_src benchmark benchmarks bench benches playground",
  ),
  ...kindOf("legacy", "compat _compat legacy deprecated obsolete"),
};

const wordsThatLift: Record<PathKind, readonly string[]> = {
  test: ["test", "tester", "spec", "fixtur", "mock", "assert", "stub"],
  vendored: ["vendor", "third", "bundl"],
  generated: ["generat", "codegen"],
  documentation: ["doc", "docs", "document", "documentat", "readm", "guid", "tutorial", "changelog"],
  example: ["exampl", "sampl", "demo", "tutorial", "benchmark", "bench"],
  legacy: ["compat", "compatibility", "legacy", "deprecat", "deprecated", "backward"],
  barrel: ["export", "reexport", "public", "barrel", "index", "packag", "modul"],
  declaration: ["declarat", "typ", "typing", "interfac", "dts"],
};

/** At most eight: their bits fit a byte. */
export const pathKindNames = Object.keys(wordsThatLift) as PathKind[];

const testFile = /^test_|^tests?$|_tests?$|_spec$|Tests?$|Spec$|TestCase$|^conftest$/;
const generatedFile = /[._](?:generated|pb|g|gen|min)\.[a-z]+$|_pb2(?:_grpc)?\.py$|\.(?:lock|snap|map)$/i;
const documentationFile = /\.(?:md|mdx|rst|txt|adoc|org|html?)$|^(?:README|CHANGELOG|LICENSE|NEWS|HISTORY|AUTHORS)/i;

/** Every kind that a path is of; none for ordinary source. */
export function pathKinds(path: string): PathKind[] {
  const { folders, stem } = splitPath(path);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const kinds = new Set<PathKind>();
  for (const folder of folders) {
    const kind = folderKinds[folder.toLowerCase()];
    if (kind !== undefined) kinds.add(kind);
  }
  if (testFile.test(stem) || /[._-](?:test|spec)s?\.[a-z]+$/i.test(name)) kinds.add("test");
  if (generatedFile.test(name)) kinds.add("generated");
  if (documentationFile.test(name)) kinds.add("documentation");
  if (/^_?(?:compat|legacy|deprecated)$/i.test(stem)) kinds.add("legacy");
  if (name === "__init__.py" || name === "index.d.ts") kinds.add("barrel");
  else if (name.endsWith(".d.ts")) kinds.add("declaration");
  return [...kinds];
}

/** The kinds that a query with these stems asks for. */
export function liftedKinds(stems: readonly string[]): ReadonlySet<PathKind> {
  const asked = new Set(stems);
  const kinds = Object.entries(wordsThatLift) as [PathKind, readonly string[]][];
  return new Set(kinds.filter(([, words]) => words.some((word) => asked.has(word))).map(([kind]) => kind));
}

function kindOf(kind: PathKind, folders: string): Record<string, PathKind> {
  return Object.fromEntries(folders.split(" ").map((folder) => [folder, kind]));
}
