// What the files of one view define, and which of them use those names. By spelling alone: a name is taken for every definition of that
// name, so that what is returned are candidates and not a compiler's resolution. Immutable; knows no texts.
import type { BlobSymbol, LoadedOutline } from "../ports/catalog.ts";
import { type PathKind, pathKinds } from "../query/path-kind.ts";
import { normalizeName, splitIdentifier } from "../terms/split-identifier.ts";
import { familyOf } from "./language-family.ts";
import { narrowByQualifier, parseQualifiedName } from "./qualified-name.ts";

export interface SymbolFile {
  path: string;
  blob: string;
  language: string;
  /** Languages of one family call each other. */
  family: string;
  kinds: readonly PathKind[];
  /** Without members. */
  symbols: readonly BlobSymbol[];
  /** Fields and the like: found when they are asked for by name, and no reason to lean on a file. */
  members: readonly BlobSymbol[];
  names: readonly string[];
  counts: readonly number[];
}

/** A definition and the position of its file in `files`. */
export interface Placed {
  file: number;
  symbol: BlobSymbol;
}

export interface Use {
  file: number;
  /** Occurrences in the file, definitions included. */
  count: number;
}

export interface SymbolQuery {
  /** The whole name, also with what encloses it: `Store.open`, `Store::open`. Spellings meet: `get_user` finds `getUser`. */
  name?: string;
  /** The beginning of a name, in upper or lower case. */
  prefix?: string;
  /** Only below this path. */
  pathPrefix?: string;
  kind?: string;
}

export class SymbolTable {
  /** By path. */
  readonly files: readonly SymbolFile[];
  private readonly byName = new Map<string, Placed[]>();
  private readonly membersByName = new Map<string, Placed[]>();
  private readonly byNormalized = new Map<string, Set<string>>();
  private readonly usesByName = new Map<string, Use[]>();
  private readonly positions = new Map<string, number>();
  private readonly locals = new Set<BlobSymbol>();

  constructor(outlines: readonly LoadedOutline[]) {
    this.files = outlines
      .map(({ path, blob, language, symbols, names, counts }) => {
        const shown = symbols.filter((symbol) => !isMember(symbol));
        const own = { symbols: shown, members: symbols.filter(isMember), names, counts };
        return { path, blob, language, family: familyOf(language), kinds: pathKinds(path), ...own };
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const [file, { path, symbols, members }] of this.files.entries()) {
      this.positions.set(path, file);
      for (const symbol of symbols) append(this.byName, symbol.name, { file, symbol });
      for (const symbol of members) append(this.membersByName, symbol.name, { file, symbol });
      for (const symbol of findLocals(symbols)) this.locals.add(symbol);
    }
    for (const name of [...this.byName.keys(), ...this.membersByName.keys()]) {
      const normalized = normalizeName(name);
      this.byNormalized.set(normalized, (this.byNormalized.get(normalized) ?? new Set()).add(name));
    }
    for (const [file, { names, counts }] of this.files.entries()) {
      for (const [at, name] of names.entries()) {
        if (this.byName.has(name)) append(this.usesByName, name, { file, count: counts[at] ?? 0 });
      }
    }
  }

  get symbolCount(): number {
    return this.files.reduce((sum, { symbols }) => sum + symbols.length, 0);
  }

  fileAt(file: number): SymbolFile {
    const found = this.files[file];
    if (found === undefined) throw new RangeError(`there is no file ${file}`);
    return found;
  }

  positionOf(path: string): number | undefined {
    return this.positions.get(path);
  }

  definitionsOf(name: string): readonly Placed[] {
    return this.byName.get(name) ?? [];
  }

  /** Definitions that other files can mean: without functions inside of functions, save those that may be members (see `findLocals`). */
  sharedDefinitionsOf(name: string): readonly Placed[] {
    const definitions = this.definitionsOf(name);
    const isOneWord = splitIdentifier(name).length === 1;
    const isLocal = ({ file, symbol }: Placed) =>
      this.locals.has(symbol) && (isOneWord || this.fileAt(file).family !== "script");
    return definitions.some(isLocal) ? definitions.filter((placed) => !isLocal(placed)) : definitions;
  }

  /** Whether other files can mean this definition. */
  isShared(symbol: BlobSymbol): boolean {
    return !this.locals.has(symbol) || this.sharedDefinitionsOf(symbol.name).some((placed) => placed.symbol === symbol);
  }

  /** Files whose code holds the name. Quick for names that are defined in the view. */
  usesOf(name: string): readonly Use[] {
    if (this.byName.has(name)) return this.usesByName.get(name) ?? [];
    return this.files.flatMap(({ names, counts }, file) => {
      const at = names.indexOf(name);
      return at === -1 ? [] : [{ file, count: counts[at] ?? 0 }];
    });
  }

  definedNames(): IterableIterator<string> {
    return this.byName.keys();
  }

  /** Every definition that fits, source before tests and the like, then by path and line. */
  find(query: SymbolQuery): Placed[] {
    return this.candidates(query)
      .filter(({ file, symbol }) => {
        const isBelow = query.pathPrefix === undefined || this.fileAt(file).path.startsWith(query.pathPrefix);
        return isBelow && (query.kind === undefined || symbol.kind === query.kind);
      })
      .sort(
        (a, b) => this.standsBack(a.file) - this.standsBack(b.file) || a.file - b.file || a.symbol.line - b.symbol.line,
      );
  }

  private candidates({ name, prefix, kind }: SymbolQuery): Placed[] {
    if (name !== undefined) return this.named(name);
    const start = prefix?.toLowerCase() ?? "";
    // Of a path, what it defines; its members are asked for by name or by kind.
    const maps = prefix === undefined && kind !== memberKind ? [this.byName] : [this.byName, this.membersByName];
    return maps.flatMap((map) =>
      [...map].flatMap(([known, placed]) => (known.toLowerCase().startsWith(start) ? placed : [])),
    );
  }

  private named(given: string): Placed[] {
    const whole = this.anyNamed(given);
    if (whole.length > 0) return whole;
    const { name, around } = parseQualifiedName(given);
    const exact = this.anyNamed(name);
    const spelled = [...(this.byNormalized.get(normalizeName(name)) ?? [])].flatMap((each) => this.anyNamed(each));
    const found = exact.length > 0 ? exact : spelled;
    const placed = found.map(({ file, symbol }) => {
      return { placed: { file, symbol }, path: this.fileAt(file).path, container: symbol.container };
    });
    return narrowByQualifier(placed, around).map((each) => each.placed);
  }

  private anyNamed(name: string): Placed[] {
    return [...(this.byName.get(name) ?? []), ...(this.membersByName.get(name) ?? [])];
  }

  private standsBack(file: number): number {
    return this.fileAt(file).kinds.length > 0 ? 1 : 0;
  }
}

const memberKind = "member";

function isMember({ kind }: BlobSymbol): boolean {
  return kind === memberKind;
}

/** The innermost definition around a line. */
export function enclosingSymbol(symbols: readonly BlobSymbol[], line: number): BlobSymbol | undefined {
  let found: BlobSymbol | undefined;
  for (const symbol of symbols) {
    if (symbol.startLine > line || symbol.endLine < line) continue;
    if (found === undefined || symbol.endLine - symbol.startLine <= found.endLine - found.startLine) found = symbol;
  }
  return found;
}

/**
 * Functions inside of functions. In JavaScript and TypeScript they may be members of what is returned, which is not known here; a name of
 * one word ("expect", "split") is more likely used of something else.
 */
function findLocals(symbols: readonly BlobSymbol[]): BlobSymbol[] {
  const open: BlobSymbol[] = [];
  return symbols.filter((symbol) => {
    while ((open.at(-1)?.endLine ?? symbol.endLine) < symbol.endLine) open.pop();
    const around = open.findLast(({ startLine, endLine }) => startLine <= symbol.line && endLine >= symbol.endLine);
    open.push(symbol);
    return symbol.kind === "function" && (around?.kind === "function" || around?.kind === "method");
  });
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
