// The address of a Qdrant server, in the parts that its client wants.
import { OutpostError } from "@outpost/protocol";

const defaultPort = 6333;

/** A port that is written stays, also where it is the one that the protocol has without: such servers stand behind a proxy. */
export function parseAddress(url: string): { origin: string; port: number; prefix: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:")
    throw new OutpostError(
      "invalid_input",
      `"${url}" is no address of a qdrant server; expected http://… or https://…`,
    );
  if (parsed.username !== "" || parsed.password !== "")
    throw new OutpostError(
      "invalid_input",
      "the address of the qdrant server names a user; it takes an API key instead",
    );
  const written = /^[a-z]+:\/\/[^/?#]*:(\d+)(?=[/?#]|$)/i.exec(url)?.[1];
  const port = written === undefined ? defaultPort : Number(written);
  return { origin: parsed.origin, port, prefix: parsed.pathname.replace(/\/+$/, "") };
}
