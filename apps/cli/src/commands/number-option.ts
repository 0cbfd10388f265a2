// Options that are numbers.
import { OutpostError } from "@outpost/protocol";

interface NumberBounds {
  min: number;
  max: number;
  otherwise: number;
}

/** Throws `invalid_input` with the bounds. */
export function numberOption(name: string, text: string | undefined, { min, max, otherwise }: NumberBounds): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new OutpostError("invalid_input", `${name} is "${text}"; give a number from ${min} to ${max}`);
}
