// The way out for commands that may reach some hosts: a proxy (CONNECT and plain HTTP) that listens on a unix socket outside.
// Covered: see host-rules.ts; a name is resolved once, here, and the connection goes to the address that was judged. Not covered: the name
// inside of TLS, so what shares an address with an allowed host (a content network) can be reached through it.
import { lookup } from "node:dns/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Authority, isAllowedAddress, isAllowedHost, parseAuthority } from "./host-rules.ts";

export type Resolve = (host: string) => Promise<string[]>;

export interface ProxyOptions {
  socketPath: string;
  rules: readonly string[];
  resolve: Resolve;
}

const maxConnections = 64;
const idleMs = 60_000;
const maxHeaderBytes = 16_384;

export async function resolveByName(host: string): Promise<string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

export async function openProxy(options: ProxyOptions): Promise<{ close(): void }> {
  const open = new Set<Duplex>();
  const server = createServer({ maxHeaderSize: maxHeaderBytes, requestTimeout: 0 });
  server.maxConnections = maxConnections;
  server.on("connection", (socket) => hold(socket));
  server.on("request", (incoming, reply) => void forward(incoming, reply));
  server.on("connect", (incoming, socket, head) => void tunnel(incoming, socket, head));
  server.on("clientError", (_, socket) => socket.destroy());

  function hold(socket: Duplex): void {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => open.delete(socket));
  }

  async function tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const found = await find(parseAuthority(incoming.url ?? ""), options);
    if ("refusal" in found) {
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${found.refusal}\n`);
      return;
    }
    const target = connect({ host: found.address, port: found.port });
    hold(target);
    target.setTimeout(idleMs, () => target.destroy());
    target.once("connect", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.once("close", () => socket.destroy());
    socket.once("close", () => target.destroy());
  }

  async function forward(incoming: IncomingMessage, reply: ServerResponse): Promise<void> {
    const match = /^http:\/\/([^/?#@]+)([/?][^#]*)?$/.exec(incoming.url ?? "");
    const authority = parseAuthority(match?.[1] ?? "", 80);
    const found = await find(authority, options);
    if ("refusal" in found || !authority) {
      reply.writeHead(403, { "content-type": "text/plain" }).end(`${"refusal" in found ? found.refusal : ""}\n`);
      return;
    }
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopHeaders.has(name)));
    const path = match?.[2] ?? "/";
    const outgoing = request({
      ...{ host: found.address, port: found.port, method: incoming.method, path, agent: false },
      // not the one that came with it: the host that was judged is the one that is asked
      headers: { ...headers, host: match?.[1] ?? "", connection: "close" },
    });
    outgoing.on("socket", (socket: Socket) => hold(socket));
    outgoing.setTimeout(idleMs, () => outgoing.destroy());
    outgoing.on("response", (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    outgoing.on("error", () => (reply.headersSent ? reply.destroy() : reply.writeHead(502).end()));
    incoming.pipe(outgoing);
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path: options.socketPath, writableAll: true, readableAll: true }, resolve);
  });
  return {
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

const hopHeaders = new Set([
  "connection",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "upgrade",
  "host",
]);

type Found = { address: string; port: number } | { refusal: string };

async function find(authority: Authority | undefined, { rules, resolve }: ProxyOptions): Promise<Found> {
  if (!authority) return { refusal: "outpost: this is no host and port" };
  const name = `${authority.host}:${authority.port}`;
  if (!isAllowedHost(authority, rules))
    return { refusal: `outpost: "${name}" is not among the hosts that are allowed` };
  const addresses = await resolve(authority.host).catch(() => []);
  const address = addresses.find((candidate) => isAllowedAddress(candidate, rules));
  if (address !== undefined) return { address, port: authority.port };
  const why =
    addresses.length === 0 ? "cannot be resolved" : "resolves to an address that is not public, and not named";
  return { refusal: `outpost: "${name}" ${why}` };
}
