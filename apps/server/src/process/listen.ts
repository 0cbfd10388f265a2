// The HTTP listener: bounds on headers and times, TLS when configured. Knows nothing of routes.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { limits, OutpostError } from "@outpost/protocol";
import type { Configuration } from "../configuration/schema.ts";

export interface Listener {
  /** Where this machine reaches it. */
  url: string;
  /** Stops accepting, ends what is open. */
  close(): Promise<void>;
}

const headersTimeoutMs = 15_000;
const requestTimeoutMs = 60_000;
/** How often connections are looked at for these two. */
const checkIntervalMs = 5_000;
/** More are closed at once. */
const maxConnections = 1_000;

/** Rejects with `unavailable` when the address is taken, `invalid_input` when a file for TLS cannot be read. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  configuration: Configuration,
): Promise<Listener> {
  const bounds = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
  };
  const tls = readTls(configuration);
  const server = tls
    ? createAdaptorServer({ fetch, createServer: createTlsServer, serverOptions: { ...bounds, ...tls } })
    : createAdaptorServer({ fetch, createServer, serverOptions: bounds });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new OutpostError(
          "unavailable",
          `cannot listen on ${configuration.host}:${configuration.port} (${cause.code}); choose another port`,
          { cause },
        ),
      );
    });
    server.listen(configuration.port, configuration.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://${reachableHost(configuration.host)}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

/** As part of an address. All addresses of the machine are none that a request may name: loopback is one of them. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function readTls(configuration: Configuration): { cert: Buffer; key: Buffer } | null {
  const { tlsCertificateFile, tlsKeyFile } = configuration;
  if (!tlsCertificateFile || !tlsKeyFile) return null;
  return { cert: readPem(tlsCertificateFile), key: readPem(tlsKeyFile) };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OutpostError("invalid_input", `configuration: "${path}" cannot be read (${code}); give a PEM file`, {
      cause,
    });
  }
}
