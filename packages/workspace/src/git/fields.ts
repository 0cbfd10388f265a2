// Bytes that git separates by NUL, read one field at a time; names become text only where they are UTF-8.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The fields of `-z` output, without the terminator. */
export function* splitFields(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0, start);
    if (end < 0) break;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** The text of a name, or null when it is not UTF-8. */
export function decodeName(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** A name for people: bytes that are not UTF-8 become replacement characters. */
export function describeName(bytes: Buffer): string {
  return bytes.toString("utf8");
}
