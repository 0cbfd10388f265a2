// Names as people copy them: with the class, the module or the package before them, from code, documentation or a stack trace. What
// stands before a name is compared with what encloses a definition, and with the path of its file, since packages and modules are
// folders and files. Does not know imports.

export interface QualifiedName {
  name: string;
  /** What stands before it, outermost first. */
  around: string[];
}

const separator = /::|->|[.#\\]/;
/** Arguments, type parameters and an arity behind a name; a receiver's signs: (*node).findRoute, Gson.fromJson(String), Core<M, S>::run, call/2 */
const behindName = /(?:\([^()*]*\)|\/\d{1,3})\s*$/;
const signs = /<[^<>]*>|[()*&\s]/g;

export function parseQualifiedName(given: string): QualifiedName {
  const parts = given
    .trim()
    .replace(behindName, "")
    .replace(signs, "")
    .split(separator)
    .filter((part) => part !== "");
  return { name: parts.at(-1) ?? given, around: parts.slice(0, -1) };
}

interface Definition {
  path: string;
  /** Names of what encloses it, outermost first, joined with "."; "" at the top. */
  container: string;
}

/**
 * Those of the definitions that are meant by what stands before their name: all of it is in what encloses them; else what encloses them is
 * the end of it, and of the rest, packages and modules, most is in their path. A definition that nothing encloses is meant by
 * its file or folder.
 */
export function narrowByQualifier<T extends Definition>(definitions: readonly T[], around: readonly string[]): T[] {
  if (around.length === 0) return [...definitions];
  const wanted = around.map((part) => part.toLowerCase());
  const partsOf = ({ container }: T) =>
    container === ""
      ? []
      : container
          .toLowerCase()
          .replaceAll(/<[^<>]*>/g, "")
          .split(".");
  const enclosed = definitions.filter((definition) => endsWith(partsOf(definition), wanted));
  if (enclosed.length > 0) return enclosed;
  const ending = definitions.filter((definition) => endsWith(wanted, partsOf(definition)));
  const inPath = ending.map((definition) => {
    const rest = wanted.slice(0, wanted.length - partsOf(definition).length);
    const parts = pathParts(definition.path);
    const isMeant = definition.container !== "" || parts.has(rest.at(-1) ?? "");
    return { definition, isMeant, count: rest.filter((part) => parts.has(part)).length };
  });
  const most = Math.max(...inPath.map(({ isMeant, count }) => (isMeant ? count : 0)));
  return inPath.filter(({ isMeant, count }) => isMeant && count === most).map(({ definition }) => definition);
}

function endsWith(parts: readonly string[], end: readonly string[]): boolean {
  return parts.length >= end.length && end.every((part, at) => part === parts[parts.length - end.length + at]);
}

/** Folders and the file's name without what is behind its first dot. */
function pathParts(path: string): Set<string> {
  const parts = path.toLowerCase().split("/");
  const file = parts.pop() ?? "";
  return new Set([...parts, file.split(".", 1)[0] ?? ""]);
}
