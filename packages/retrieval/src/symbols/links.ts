// What the use of a name in one file says about the files it may lead to. Names of several words and names of types are rarely anything
// else; a short lower-case word may be a variable, a member of another type, anything.
import type { PathKind } from "../query/path-kind.ts";
import { splitIdentifier } from "../terms/split-identifier.ts";
import type { Placed, SymbolFile, SymbolTable } from "./symbol-table.ts";

/** A name that more files define leads nowhere in particular. */
const maxDefiningFiles = 8;
const typeKinds: ReadonlySet<string> = new Set(["class", "struct", "interface", "enum", "type", "implementation"]);
/** What ordinary source does not lean on. */
const minorKinds: ReadonlySet<PathKind> = new Set(["test", "documentation", "example"]);

/** How much one use of the name says, 0 (nothing) to 1, shared among the files it may mean; and the files that define it. */
export function linkOf(table: SymbolTable, name: string): { strength: number; definers: readonly number[] } {
  const definitions = table.sharedDefinitionsOf(name);
  const definers = [...new Set(definitions.map(({ file }) => file))];
  if (definers.length === 0 || definers.length > maxDefiningFiles || name.length < 3)
    return { strength: 0, definers: [] };
  const strength = shape(name, definitions) * (name.startsWith("_") ? 0.3 : 1);
  return { strength, definers };
}

/** Of the files that define a name, those that `from` may mean; none when it defines the name itself. */
export function meantBy(table: SymbolTable, from: number, definers: readonly number[]): readonly number[] {
  if (definers.includes(from)) return [];
  const user = table.fileAt(from);
  return definers.filter((to) => {
    const definer = table.fileAt(to);
    return definer.family === user.family && (!isMinor(definer) || isMinor(user));
  });
}

export function isMinor({ kinds }: SymbolFile): boolean {
  return kinds.some((kind) => minorKinds.has(kind));
}

function shape(name: string, definitions: readonly Placed[]): number {
  if (splitIdentifier(name).length > 1) return 1;
  const kinds = definitions.map(({ symbol }) => symbol.kind);
  if (kinds.some((kind) => typeKinds.has(kind)) && /^\p{Lu}/u.test(name)) return 1;
  if (kinds.includes("function")) return 0.4;
  return kinds.some((kind) => kind === "macro" || kind === "constant") && name === name.toUpperCase() ? 0.4 : 0.03;
}
