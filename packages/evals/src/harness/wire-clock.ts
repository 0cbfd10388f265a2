// When requests reach the scripted model servers of this process, and when the last line of their replies leaves: told by node's HTTP
// server itself, so that the servers need not know. Times are on the machine's monotonic clock, which all its processes share.
import diagnostics from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

export interface TimedChat {
  /** The request's head was there. */
  startMs: number;
  /** The latest line of the reply was handed to the system; null while there was none. */
  endMs: number | null;
}

export interface WireClock {
  /** Of the server with this address, in order. */
  chats(url: string): TimedChat[];
  stop(): void;
}

const channel = "http.server.request.start";

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function startWireClock(): WireClock {
  const byPort = new Map<string, TimedChat[]>();

  const onStart = (message: unknown): void => {
    const { request, response, server } = message as {
      request: IncomingMessage;
      response: ServerResponse;
      server: Server;
    };
    const address = server.address();
    if (request.url !== "/api/chat" || address === null || typeof address === "string") return;
    const chat: TimedChat = { startMs: monotonicMs(), endMs: null };
    const port = String(address.port);
    byPort.set(port, [...(byPort.get(port) ?? []), chat]);
    // A client may close the connection on the last line, so that there is no end to wait for.
    const write = response.write.bind(response) as (...given: unknown[]) => boolean;
    response.write = (...given: unknown[]) => {
      chat.endMs = monotonicMs();
      return write(...given);
    };
  };
  diagnostics.subscribe(channel, onStart);
  return {
    chats: (url) => byPort.get(new URL(url).port) ?? [],
    stop: () => void diagnostics.unsubscribe(channel, onStart),
  };
}
