// Which hosts commands may reach, when an operator names some and a repository names others. Pure.
// Covered: nothing that the operator did not name is ever in the result, whatever the repository names. Not covered: what a rule means
// for a connection; that is `network/host-rules.ts`.

/** What both permit: `own` cut to what `wanted` names, or part of `own` where `wanted` is the narrower. `wanted` undefined: all of `own`. */
export function narrowHosts(own: readonly string[], wanted: readonly string[] | undefined): string[] {
  if (wanted === undefined) return [...own];
  const found = own.flatMap((rule) => {
    const { pattern, port } = split(rule);
    return wanted.flatMap((name) => {
      if (covers(name, pattern)) return [rule];
      return covers(pattern, name) ? [name + port] : [];
    });
  });
  return [...new Set(found)];
}

/** `host` or `*.host`, and ":port" or nothing. A repository speaks of hosts only. */
function split(rule: string): { pattern: string; port: string } {
  const port = /:\d+$/.exec(rule)?.[0] ?? "";
  return { pattern: rule.slice(0, rule.length - port.length), port };
}

/** Whether every host that is like `narrow` is like `wide`. */
function covers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith("*.") && narrow.replace(/^\*\./, "x.").endsWith(wide.slice(1)));
}
