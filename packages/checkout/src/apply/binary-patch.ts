// Bytes as a `GIT binary patch` carries them: deflated, in base 85 lines of up to 52 bytes, whole ("literal") and in both directions.
// Does not make deltas: what is large stays large.
import { deflateSync } from "node:zlib";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const LINE_BYTES = 52;

function lengthMark(length: number): string {
  return String.fromCharCode(length <= 26 ? 64 + length : 70 + length);
}

function encodeGroup(bytes: Uint8Array, at: number): string {
  let value = 0;
  for (let index = at; index < at + 4; index++) value = value * 256 + (bytes[index] ?? 0);
  let text = "";
  for (let digit = 0; digit < 5; digit++) {
    text = ALPHABET.charAt(value % 85) + text;
    value = Math.floor(value / 85);
  }
  return text;
}

function encodeLine(bytes: Uint8Array): string {
  let line = lengthMark(bytes.length);
  for (let at = 0; at < bytes.length; at += 4) line += encodeGroup(bytes, at);
  return line;
}

function literal(bytes: Uint8Array): string[] {
  const deflated = Uint8Array.from(deflateSync(bytes));
  const lines = [`literal ${bytes.length}`];
  for (let at = 0; at < deflated.length; at += LINE_BYTES)
    lines.push(encodeLine(deflated.subarray(at, at + LINE_BYTES)));
  return [...lines, ""];
}

/** The lines after the `index` line. */
export function renderBinary(before: Uint8Array, after: Uint8Array): string[] {
  return ["GIT binary patch", ...literal(after), ...literal(before)];
}
