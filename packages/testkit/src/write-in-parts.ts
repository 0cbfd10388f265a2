// Writes text to a socket so many bytes at a time, wherever that cuts it.
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** `bytesPerWrite`: absent, all at once. */
export async function writeInParts(
  response: ServerResponse,
  text: string,
  bytesPerWrite: number | undefined,
): Promise<void> {
  const bytes = Buffer.from(text, "utf8");
  const size = bytesPerWrite ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    response.write(bytes.subarray(at, at + size));
    // A turn of the loop between writes, so that they leave as packets of their own.
    await sleep(0);
  }
}
