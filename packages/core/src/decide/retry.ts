// When a model call that failed for the moment is made again: exponential, with jitter, bounded. Pure: the jitter comes from the run's id,
// so that the runs of one server do not all ask again at the same moment, and a resumed run waits as long as it would have.

const firstDelayMs = 1000;
const factor = 2;
/** Of the delay, up or down. */
const jitter = 0.25;
export const maxModelAttempts = 4;

/** Milliseconds before the attempt that follows `failures` failures; 0 before the first. */
export function retryDelayMs(failures: number, runId: string): number {
  if (failures === 0) return 0;
  return Math.round(firstDelayMs * factor ** (failures - 1) * jitterOf(`${runId} ${failures}`));
}

/** From 1 - jitter to 1 + jitter, always the same for the same text. */
export function jitterOf(text: string): number {
  return 1 - jitter + (2 * jitter * hash(text)) / 2 ** 32;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
