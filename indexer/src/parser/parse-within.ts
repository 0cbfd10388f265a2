// How long a text may be parsed: by processor time, so that a busy machine cuts the same files the same way as an idle one.

/** On a machine that does much else a text may take so many times its processor time. */
export const patience = 5;
/** A parse is stopped this often within its time, to look how much of it was work. */
const looks = 10;

/** Sets up a parser for `parseWithin`; both builds take microseconds of the clock. */
export function sliceMicroseconds(timeoutMs: number): number {
  return Math.ceil((timeoutMs * 1000) / looks);
}

/** `parse` gives null when its slice was over, and goes on from there when it is called again. Null when the time is over. */
export function parseWithin<Tree>(timeoutMs: number, parse: () => Tree | null): Tree | null {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  for (;;) {
    const tree = parse();
    if (tree) return tree;
    const { user, system } = process.cpuUsage(before);
    const isOver = (user + system) / 1000 >= timeoutMs || performance.now() - startedMs >= timeoutMs * patience;
    if (isOver) return null;
  }
}
