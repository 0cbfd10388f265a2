// Who may talk to the server at all. Covered: DNS rebinding (Host), foreign web pages (Origin), listening beyond loopback without TLS.
// Not covered: other users of the same machine, who are kept out by the token.
import { OutpostError } from "@outpost/protocol";
import type { Configuration } from "../configuration/schema.ts";

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** Throws `invalid_input` when the server would be reachable from elsewhere in the clear, or half of what TLS needs is given. */
export function assertSafeListening(configuration: Configuration): void {
  const isLoopback = ["127.0.0.1", "::1", "localhost"].includes(configuration.host);
  const tlsFiles = [configuration.tlsCertificateFile, configuration.tlsKeyFile];
  if (tlsFiles.filter((file) => file !== undefined).length === 1)
    throw new OutpostError("invalid_input", "tlsCertificateFile and tlsKeyFile go together: set both, or none");
  const hasTls = configuration.tlsCertificateFile !== undefined && configuration.tlsKeyFile !== undefined;
  if (isLoopback || hasTls || configuration.behindProxy) return;
  throw new OutpostError(
    "invalid_input",
    `host "${configuration.host}" is not loopback: set tlsCertificateFile and tlsKeyFile, or behindProxy when a proxy ends TLS, or use an SSH tunnel to 127.0.0.1`,
  );
}

/** What requests may give besides loopback: the names of the configuration, and the address that is listened on. */
export function namesOf({ allowedHosts, host }: Pick<Configuration, "allowedHosts" | "host">): string[] {
  const own = host.includes(":") ? `[${host}]` : host;
  return [...allowedHosts, own].map((name) => name.toLowerCase());
}

/** Throws `forbidden` for a Host or Origin that is neither loopback nor allowed by name (lower case). */
export function checkOrigin(
  headers: { host: string | undefined; origin: string | undefined },
  allowedHosts: readonly string[],
): void {
  const known = [...loopbackNames, ...allowedHosts];
  if (!known.includes(nameOf(headers.host ?? ""))) {
    throw new OutpostError(
      "forbidden",
      `host "${(headers.host ?? "").slice(0, 200)}" is not one of this server's; add it to allowedHosts`,
      { details: { status: 421 } },
    );
  }
  if (headers.origin === undefined) return;
  const origin = URL.canParse(headers.origin) ? new URL(headers.origin) : null;
  if (!origin || !known.includes(nameOf(origin.host))) {
    throw new OutpostError(
      "forbidden",
      `origin "${headers.origin.slice(0, 200)}" may not use this server; add its host to allowedHosts`,
    );
  }
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
