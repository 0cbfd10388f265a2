// tree-sitter with the grammar of bash: native code where it loads, otherwise WebAssembly (some builds for arm64 are of another processor).
// Both give the same trees.
import { createRequire } from "node:module";
import type Parser from "tree-sitter";

/** Of both builds, what is looked at. */
export interface ShellNode {
  readonly type: string;
  readonly text: string;
  readonly hasError: boolean;
  readonly namedChildCount: number;
  readonly firstNamedChild: ShellNode | null;
  readonly namedChildren: readonly ShellNode[];
}

/** The root of the line's tree, until the next call; null when that took too long. */
export type ParseShell = (line: string) => ShellNode | null;

const parseTimeoutMs = 200;
const require = createRequire(import.meta.url);

/** 20 ms; as WebAssembly 60. Rejects when neither loads. */
export async function loadShellParser(): Promise<ParseShell> {
  try {
    return await loadNativeParser();
  } catch (native) {
    return await loadWasmParser().catch((wasm: Error) => {
      const { message } = native as Error;
      throw new Error(`the grammar of bash does not load (native: ${message}; as WebAssembly: ${wasm.message})`);
    });
  }
}

export async function loadNativeParser(): Promise<ParseShell> {
  const { default: TreeSitter } = await import("tree-sitter");
  const { default: bash } = (await import("tree-sitter-bash")) as unknown as { default: Parser.Language };
  const parser = new TreeSitter();
  parser.setLanguage(bash);
  parser.setTimeoutMicros(parseTimeoutMs * 1000);
  return (line) => {
    const tree = parser.parse(line) as Parser.Tree | null | undefined;
    if (!tree) parser.reset();
    return tree?.rootNode ?? null;
  };
}

export async function loadWasmParser(): Promise<ParseShell> {
  const { default: TreeSitter } = await import("web-tree-sitter");
  await TreeSitter.init();
  const bash = await TreeSitter.Language.load(require.resolve("tree-sitter-bash/tree-sitter-bash.wasm"));
  const parser = new TreeSitter();
  parser.setLanguage(bash);
  parser.setTimeoutMicros(parseTimeoutMs * 1000);
  let last: ReturnType<typeof parser.parse> | null = null;
  return (line) => {
    last?.delete();
    last = null;
    try {
      last = parser.parse(line);
    } catch (error) {
      parser.reset();
      // how this build says that the time was over
      if (!(error instanceof Error && error.message === "Parsing failed")) throw error;
    }
    return last?.rootNode ?? null;
  };
}
