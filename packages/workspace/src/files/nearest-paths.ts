// Which existing paths a wrong path may have meant: the same name elsewhere first, then names few letters away.
// Does not know the disk. Bounded work: long names and far lengths are not compared.

const MAX_NAME_CHARACTERS = 64;

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

function split(path: string): { folders: string[]; name: string } {
  const folders = path.toLowerCase().split("/");
  const name = folders.pop() ?? "";
  return { folders, name };
}

/** Lower is nearer; null: too far to mention. */
function distanceOf(wanted: ReturnType<typeof split>, path: string): number | null {
  const { folders, name } = split(path);
  const limit = Math.floor(Math.min(wanted.name.length, MAX_NAME_CHARACTERS) / 3);
  if (Math.abs(name.length - wanted.name.length) > limit || name.length > MAX_NAME_CHARACTERS) return null;
  const letters = name === wanted.name ? 0 : editDistance(wanted.name, name);
  if (letters > limit) return null;
  const known = new Set(wanted.folders);
  const missing = folders.filter((folder) => !known.has(folder)).length + wanted.folders.length - folders.length;
  return letters * 10 + Math.abs(missing);
}

/** At most `limit` of `paths`, nearest first. */
export function findNearestPaths(wanted: string, paths: readonly string[], limit = 3): string[] {
  const target = split(wanted);
  const rated: { path: string; distance: number }[] = [];
  for (const path of paths) {
    const distance = distanceOf(target, path);
    if (distance !== null) rated.push({ path, distance });
  }
  rated.sort((a, b) => a.distance - b.distance || (a.path < b.path ? -1 : 1));
  return rated.slice(0, limit).map(({ path }) => path);
}
