// What every command gets: the connection when it asks for it, where to write, how it was asked to write.
import { type Connection, connect } from "../connection/connect.ts";
import type { ConnectionFlags } from "../connection/settings.ts";
import { createPaint, type Paint } from "../render/paint.ts";

export interface GlobalFlags extends ConnectionFlags {
  json?: boolean;
}

export interface CommandContext {
  flags: GlobalFlags;
  isJson: boolean;
  paint: Paint;
  connect(options?: { mayStart: boolean }): Promise<Connection>;
  /** Text for people; nothing with `--json`. */
  say(text: string): void;
  /** The result: one JSON document on a line with `--json`, otherwise what `render` makes of it. */
  give<Value>(value: Value, render: (value: Value) => string): void;
  signal: AbortSignal;
}

export function createContext(flags: GlobalFlags, signal: AbortSignal): CommandContext {
  const isJson = flags.json === true;
  return {
    flags,
    isJson,
    signal,
    paint: createPaint(process.stdout),
    connect: (options = { mayStart: true }) => connect(flags, options),
    say(text) {
      if (!isJson) process.stdout.write(`${text}\n`);
    },
    give(value, render) {
      const text = isJson ? JSON.stringify(value) : render(value);
      if (text !== "") process.stdout.write(`${text}\n`);
    },
  };
}
