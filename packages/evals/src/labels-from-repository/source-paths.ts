// Which paths are source code that a question can be about: in a programming language, and no tests, documentation, examples, copies of
// others' code, generated code or settings. By the path alone, and by rules of its own: what ranking takes for a test or an example must
// not decide what it is measured on.
import { createFilePolicy, detectLanguage, getLanguage } from "@outpost/indexer";

const policy = createFilePolicy();

/** Whole names of folders. */
const folders = new Set(
  [
    "test tests __tests__ testing spec specs testdata fixtures fixture __mocks__ mocks e2e testsuite androidtest jvmtest",
    "vendor vendored third_party thirdparty third-party node_modules extern external externals deps bower_components",
    "generated gen __generated__ autogen dist single_include amalgamation artifacts _artifacts",
    "doc docs documentation website man changelog changelogs",
    "example examples sample samples demo demos tutorial tutorials docs_src benchmark benchmarks bench benches playground",
  ].flatMap((names) => names.split(" ")),
);

/** Words in names of folders: "integration_test", "AlamofireTests", "documentation-website". */
const folderWords = new Set(
  [
    "test tests fixture fixtures doc docs documentation guides",
    "example examples sample samples demo demos playground benchmark benchmarks",
  ].flatMap((words) => words.split(" ")),
);

const otherFiles = [
  /^test_(?!(?:util|function|helper|tool)s?\.)|(?:^|_)tests?\.\w+$|_spec\.\w+$|(?:Tests?|Spec|TestCase)\.\w+$|^conftest\./,
  /[._-](?:test|spec)s?\.[a-z]+$/i,
  /[._](?:generated|pb|g|gen|min|cjs|esm|umd|bundle)\.[a-z]+$|_pb2(?:_grpc)?\.py$/i,
  // Documentation, and what is named like it because it writes it ("changelog.py").
  /\.(?:mdx?|rst|txt|adoc|org|html?)$|^(?:readme|changelog|license|news|history|authors)/i,
  // Settings, and what holds nothing but a version.
  /^(?:\.|_*version_*\.\w+$|setup\.py$)|\.config\.\w+$/i,
];

export function isSourcePath(path: string): boolean {
  const language = getLanguage(detectLanguage(path, "").name);
  if (language.lexis === undefined || policy.checkListed({ path, bytes: 0 }) !== null) return false;
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  return !parts.some(isOtherFolder) && !otherFiles.some((pattern) => pattern.test(name));
}

function isOtherFolder(folder: string): boolean {
  if (folder.startsWith(".") || folders.has(folder.toLowerCase())) return true;
  return folder
    .split(/[-_.]|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .some((word) => folderWords.has(word.toLowerCase()));
}

/** The language of most of the paths; of equally many the first by name. */
export function mainLanguage(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const { name } = detectLanguage(path, "");
    const language = name === "tsx" ? "typescript" : name;
    counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  return sorted[0]?.[0] ?? "unknown";
}
