// The signature of a delivery: HMAC-SHA256 over the time and the bytes of the body, so that neither can be changed and an old delivery cannot
// be sent again unnoticed.
import { createHmac } from "node:crypto";

/** `v1=` and hexadecimal. `timestamp`: seconds since the epoch, as in the header. */
export function signBody(secret: string, timestamp: number, body: string): string {
  return `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}
