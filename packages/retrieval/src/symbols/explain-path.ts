// What a file or a directory is in its repository: what it defines, what is used of it from outside and by whom, what it uses itself, which
// tests lean on it. Derived from names and paths alone.
import type { BlobSymbol } from "../ports/catalog.ts";
import { splitPath } from "../terms/path-words.ts";
import { linkOf, meantBy } from "./links.ts";
import type { Placed, SymbolFile, SymbolTable } from "./symbol-table.ts";

export interface Connection {
  path: string;
  /** Those that connect most, at most `maxNames`. */
  names: string[];
  /** Comparable within one answer only. */
  weight: number;
}

export interface EntryPoint {
  path: string;
  symbol: BlobSymbol;
  /** Files outside that use it; 0: it is one by its name. */
  usedBy: number;
}

export interface Explanation {
  files: SymbolFile[];
  entryPoints: EntryPoint[];
  /** Files outside that use what is defined here, without tests. */
  dependents: Connection[];
  /** Files outside whose definitions are used here. */
  dependencies: Connection[];
  /** Tests that use what is defined here, or are named after it. */
  tests: Connection[];
}

const maxNames = 6;
const mainNames: ReadonlySet<string> = new Set(["main", "run", "start", "cli", "app", "handler", "setup"]);
const mainStem = /^(?:main|__main__|index|app|cli|server|mod|lib|__init__|manage)$/i;

/** `path`: a file, or a directory without "/" at its end; "" is the whole view. Undefined when the view shows nothing there. */
export function explainPath(table: SymbolTable, path: string, limit: number): Explanation | undefined {
  const inside = new Set<number>();
  for (const [file, { path: each }] of table.files.entries()) {
    if (path === "" || each === path || each.startsWith(`${path}/`)) inside.add(file);
  }
  if (inside.size === 0) return undefined;
  const { users, entries } = usersOf(table, inside);
  const isTest = ({ path: each }: Connection) => {
    const position = table.positionOf(each);
    return position !== undefined && table.fileAt(position).kinds.includes("test");
  };
  return {
    files: [...inside].map((file) => table.fileAt(file)),
    entryPoints: entryPoints(table, inside, entries).slice(0, limit),
    dependents: users.filter((each) => !isTest(each)).slice(0, limit),
    dependencies: usedBy(table, inside).slice(0, limit),
    tests: withNamesakes(table, inside, users.filter(isTest)).slice(0, limit),
  };
}

function usersOf(table: SymbolTable, inside: ReadonlySet<number>) {
  const users = new Connections(table);
  const entries: { placed: Placed; weight: number; usedBy: number }[] = [];
  const seen = new Set<string>();
  for (const file of inside) {
    for (const symbol of table.fileAt(file).symbols) {
      if (seen.has(symbol.name) || !table.isShared(symbol)) continue;
      seen.add(symbol.name);
      const { strength, definers } = linkOf(table, symbol.name);
      if (strength === 0) continue;
      let weight = 0;
      let number = 0;
      for (const { file: from, count } of table.usesOf(symbol.name)) {
        const meant = inside.has(from) ? [] : meantBy(table, from, definers);
        if (!meant.some((to) => inside.has(to))) continue;
        users.add(from, symbol.name, (strength * Math.sqrt(count)) / meant.length);
        weight += strength / meant.length;
        number += 1;
      }
      if (number > 0) entries.push({ placed: { file, symbol }, weight, usedBy: number });
    }
  }
  return { users: users.sorted(), entries: entries.sort((a, b) => b.weight - a.weight) };
}

function usedBy(table: SymbolTable, inside: ReadonlySet<number>): Connection[] {
  const used = new Connections(table);
  for (const file of inside) {
    const { names, counts } = table.fileAt(file);
    for (const [at, name] of names.entries()) {
      const { strength, definers } = linkOf(table, name);
      if (strength === 0) continue;
      const meant = meantBy(table, file, definers);
      if (meant.some((to) => inside.has(to))) continue;
      for (const to of meant) used.add(to, name, (strength * Math.sqrt(counts[at] ?? 1)) / meant.length);
    }
  }
  return used.sorted();
}

/** Functions that are begun with by their name, then what is used most from outside. */
function entryPoints(
  table: SymbolTable,
  inside: ReadonlySet<number>,
  used: readonly { placed: Placed; usedBy: number }[],
): EntryPoint[] {
  const found = used.map(({ placed, usedBy: number }) => ({ ...place(table, placed), usedBy: number }));
  const known = new Set(used.map(({ placed }) => placed.symbol));
  const mains = [...inside].flatMap((file) => {
    const { path, symbols } = table.fileAt(file);
    const isMainFile = mainStem.test(splitPath(path).stem);
    return symbols
      .filter(({ name, container }) => container === "" && (name === "main" || (isMainFile && mainNames.has(name))))
      .filter((symbol) => !known.has(symbol))
      .map((symbol) => ({ ...place(table, { file, symbol }), usedBy: 0 }));
  });
  return [...mains, ...found];
}

function place(table: SymbolTable, { file, symbol }: Placed) {
  return { path: table.fileAt(file).path, symbol };
}

/** Tests named after a single file (`test_store.py`, `store.test.ts`) stand first. */
function withNamesakes(table: SymbolTable, inside: ReadonlySet<number>, tests: readonly Connection[]): Connection[] {
  const [only] = inside;
  if (inside.size !== 1 || only === undefined) return [...tests];
  const own = plainStem(table.fileAt(only).path);
  if (own.length < 3) return [...tests];
  const namesakes = table.files.filter(
    ({ path, kinds }, file) => file !== only && kinds.includes("test") && plainStem(path) === own,
  );
  const known = new Map(tests.map((test) => [test.path, test]));
  const first = namesakes.map(({ path }) => known.get(path) ?? { path, names: [], weight: 0 });
  return [...first, ...tests.filter(({ path }) => !namesakes.some((file) => file.path === path))];
}

function plainStem(path: string): string {
  return splitPath(path)
    .stem.toLowerCase()
    .replace(/^tests?_|_?(?:tests?|spec)$/g, "");
}

/** Sums what connects other files with the ones in question. */
class Connections {
  private readonly table: SymbolTable;
  private readonly byFile = new Map<number, Map<string, number>>();

  constructor(table: SymbolTable) {
    this.table = table;
  }

  add(file: number, name: string, weight: number): void {
    const names = this.byFile.get(file) ?? new Map<string, number>();
    this.byFile.set(file, names.set(name, (names.get(name) ?? 0) + weight));
  }

  sorted(): Connection[] {
    return [...this.byFile]
      .map(([file, names]) => ({
        path: this.table.fileAt(file).path,
        names: [...names]
          .sort(([, a], [, b]) => b - a)
          .map(([name]) => name)
          .slice(0, maxNames),
        weight: [...names.values()].reduce((sum, weight) => sum + weight, 0),
      }))
      .sort((a, b) => b.weight - a.weight || (a.path < b.path ? -1 : 1));
  }
}
