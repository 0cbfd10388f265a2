// How V8 treats a process of the indexer. It lives for seconds and does many things a little: by default V8 spends up to a fifth of the
// processor time on optimizing functions that are hardly used afterwards.
import { setFlagsFromString } from "node:v8";

/** Bytes of bytecode that a function runs before it is looked at; three times the default. Measured: a million is no better. */
const interruptBudgetBytes = 400_000;
/** Bytes of bytecode of other functions that are taken into one that is optimized; by default nine times as many, and compiling them costs more than calling them. */
const inlinedBytes = 100;

/** To be called first in the process. A flag that V8 does not know any more changes nothing. */
export function delayOptimizing(): void {
  setFlagsFromString(`--interrupt-budget=${interruptBudgetBytes}`);
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${inlinedBytes}`);
}
