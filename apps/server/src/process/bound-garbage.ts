// Keeps little garbage in the server's process: left alone, the engine lets its heap grow to several times what is in use before it
// collects, and a flood of small requests made 290 MB out of 55 (measured). Costs no time that could be measured.
import { setFlagsFromString } from "node:v8";

/** Of what was in use after the last collection. */
const growthPercent = 30;

export function boundGarbage(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
}
