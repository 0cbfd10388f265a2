// Kinds of files that answer a question about the code less often than the code itself, and the words that ask for them all the same.

import { splitPath } from "../terms/path-words.ts";
import { splitIdentifier } from "../terms/split-identifier.ts";

export type PathKind =
  | "test"
  | "vendored"
  | "generated"
  | "documentation"
  | "example"
  | "legacy"
  | "barrel"
  | "declaration"
  | "configuration";

const folderKinds: Record<string, PathKind> = {
  ...kindOf(
    "test",
    "test tests __tests__ testing spec specs testdata fixtures fixture __mocks__ mocks e2e testsuite androidtest jvmtest regress fuzz fuzzing",
  ),
  ...kindOf(
    "vendored",
    "vendor vendored third_party thirdparty third-party node_modules extern external externals deps bower_components",
  ),
  ...kindOf("generated", "generated gen __generated__ autogen dist single_include amalgamation artifacts _artifacts"),
  ...kindOf(
    "documentation",
    "doc docs documentation website man man1 man3 man5 man7 man8 changes changelog changelogs newsfragments",
  ),
  ...kindOf(
    "example",
    "example examples sample samples demo demos tutorial tutorials docs_src benchmark benchmarks bench benches playground",
  ),
  ...kindOf("legacy", "compat _compat legacy deprecated obsolete"),
  ...kindOf("configuration", ".github .circleci .gitlab .buildkite ci scripts hack buildsrc build-logic"),
};

/** The same for a word of a folder's name: "documentation-website", "integration_test", "AlamofireTests". */
const folderWordKinds: Record<string, PathKind> = {
  ...kindOf("test", "test tests fixture fixtures"),
  ...kindOf("documentation", "doc docs documentation guides"),
  ...kindOf("example", "example examples sample samples demo demos playground benchmark benchmarks"),
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
  configuration:
    "yaml yml toml workflow ci cmake makefil bazel docker dockerfil dependenc pipelin manifest script".split(" "),
};

/** Where the words are common in questions about the code itself, what asks for the files all the same. */
const ambiguousNames: Partial<Record<PathKind, RegExp>> = {
  test: /\b(?:tests?|specs?|fixtures?) (?:for|of|that|which|case|suite|cover)|\b(?:unit|integration|regression) tests?\b/i,
  documentation: /\b(?:documentation|docs|readme|guides?|tutorials?|changelog) (?:for|of|on|about|page|section|say)/i,
  example: /\b(?:examples?|samples?|demos?|benchmarks?) (?:for|of|that|which|with)/i,
};

/** At most sixteen: their bits fit two bytes. */
export const pathKindNames = Object.keys(wordsThatLift) as PathKind[];

/** "test_utils" and the like are for tests to use: code as any other, unless they stand among tests. */
const testFile =
  /^test_(?!(?:util|function|helper|tool)s?$)|^tests?$|_tests?$|_spec$|Tests?$|Spec$|TestCase$|^conftest$/;
const generatedFile =
  /[._](?:generated|pb|g|gen|min|cjs|esm|umd|bundle)\.[a-z]+$|(?:^|\/)priv\/static\/|_pb2(?:_grpc)?\.py$|\.(?:lock|snap|map|svg)$/i;
/** "tmux.1" is a page of the manual; "LICENSE.boost", "CHANGES" and "Readme" are documentation, "History.scala" and "news.py" are not. */
const documentationFiles = [
  /\.(?:mdx?|mdc|markdown|rst|txt|a(?:scii)?doc|org|html?|rdoc|textile|pod|tex|texi|texinfo|[1-9])$/i,
  /^(?:README|CHANGE(?:LOG|S)?|(?:MIT-|UN)?LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|NEWS|HISTORY|AUTHORS|CONTRIBUTING|INSTALL|TODO|BUGS|UPGRADING|USAGE)(?![a-z])/,
  /^(?:readme|change(?:log|s)?|licen[cs]e|copying|copyright|notice|news|history|authors|contributing|install|todo)$/i,
];

const configurationFiles = [
  /\.(?:json|jsonc|ya?ml|toml|xml|ini|cfg|csv|tsv|svg|properties|po|plist|pbxproj|cabal|cmake|bazel|bzl|gradle|gemspec|podspec|nix|sbt|m4|am|ac|mk)$/,
  /\.gradle\.kts$|\.(?:sln|slnx|[a-z]+proj|props|targets)(?:\.\w+)?$|\.config\.[cm]?[jt]s$|^\.[^.]+(?:\.[cm]?js)?$/,
  /^(?:CMakeLists\.txt|(?:GNU)?[Mm]akefile|Dockerfile|Jenkinsfile|Vagrantfile|Justfile|justfile|BUILD|WORKSPACE|Rakefile|Gemfile|Podfile|gradlew|mvnw|configure|meson\.build|go\.mod)$/,
];

/** Every kind that a path is of; none for ordinary source. */
export function pathKinds(path: string): PathKind[] {
  const { folders, stem } = splitPath(path);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const kinds = new Set<PathKind>();
  for (const folder of folders) {
    const kind = folderKinds[folder.toLowerCase()];
    if (kind !== undefined) kinds.add(kind);
    for (const word of folder.split(/[-_.]/).flatMap(splitIdentifier)) {
      const kindOfWord = folderWordKinds[word];
      if (kindOfWord !== undefined) kinds.add(kindOfWord);
    }
  }
  if (testFile.test(stem) || /[._-](?:test|spec)s?\.[a-z]+$/i.test(name)) kinds.add("test");
  if (generatedFile.test(path)) kinds.add("generated");
  if (configurationFiles.some((pattern) => pattern.test(name))) kinds.add("configuration");
  if (documentationFiles.some((pattern) => pattern.test(name))) kinds.add("documentation");
  if (/^_?(?:compat|legacy|deprecated)$/i.test(stem)) kinds.add("legacy");
  if (name === "__init__.py" || name === "index.d.ts") kinds.add("barrel");
  else if (/\.(?:d\.ts|pyi)$/.test(name)) kinds.add("declaration");
  return [...kinds];
}

/** A longer text, an issue say, names kinds of files in passing. */
const longQuery = 20;

/** How a query asks for a kind of files: by its name ("tests of the parser"), or only in words that may mean it. */
export type Lift = "named" | "hinted";

/** The kinds that a query may ask for; `stems` are those of its words. */
export function liftedKinds(query: string, stems: readonly string[]): ReadonlyMap<PathKind, Lift> {
  const asked = new Set(stems);
  const lifted = new Map<PathKind, Lift>();
  for (const kind of pathKindNames) {
    if (!wordsThatLift[kind].some((word) => asked.has(word))) continue;
    const name = ambiguousNames[kind];
    const isNamed = stems.length <= longQuery && (name === undefined || name.test(query));
    lifted.set(kind, isNamed ? "named" : "hinted");
  }
  return lifted;
}

function kindOf(kind: PathKind, folders: string): Record<string, PathKind> {
  return Object.fromEntries(folders.split(" ").map((folder) => [folder, kind]));
}
