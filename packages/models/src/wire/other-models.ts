// What a server has instead of a model that it does not have, for the error that says so.

const namesShown = 20;

/** `said`: "; there are …", or nothing where there is none; `names`: no more than are said. */
export function describeOthers(names: readonly string[]): { said: string; names: string[] } {
  const shown = names.slice(0, namesShown);
  const quoted = shown.map((name) => `"${name}"`);
  if (names.length > namesShown) quoted.push(`and ${names.length - namesShown} more`);
  return { said: quoted.length > 0 ? `; there are ${quoted.join(", ")}` : "", names: shown };
}
