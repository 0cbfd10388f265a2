// What every command gets: the connection when it asks for it, where to write, how it was asked to write.
import { type Connection, connect, type StartPolicy } from "../connection/connect.ts";
import type { ConnectionFlags } from "../connection/settings.ts";
import { wrap } from "../render/layout.ts";
import { createPaint, type Paint } from "../render/paint.ts";

export interface GlobalFlags extends ConnectionFlags {
  json?: boolean;
}

export interface CommandContext {
  flags: GlobalFlags;
  isJson: boolean;
  /** Of standard output. */
  paint: Paint;
  /** Of standard error. */
  notePaint: Paint;
  /** `start`: default "known". */
  connect(start?: StartPolicy): Promise<Connection>;
  /** What was asked for, for people; nothing with `--json`. */
  say(text: string): void;
  /** What goes on meanwhile and what to do next, on standard error; nothing with `--json`. */
  note(text: string): void;
  /** One JSON document on a line; nothing without `--json`. */
  emit(value: object): void;
  /** The result: `emit` with `--json`, otherwise what `render` makes of it. */
  give<Value extends object>(value: Value, render: (value: Value) => string): void;
  /** The same for a result that is a sentence or two: at a terminal they are broken at words. */
  tell<Value extends object>(value: Value, say: (value: Value) => string): void;
  signal: AbortSignal;
}

export function createContext(flags: GlobalFlags, signal: AbortSignal): CommandContext {
  const isJson = flags.json === true;
  const notePaint = createPaint(process.stderr);
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (text !== "") stream.write(`${text}\n`);
  };
  const context: CommandContext = {
    flags,
    isJson,
    signal,
    paint: createPaint(process.stdout),
    notePaint,
    connect: (start = "known") =>
      connect(flags, {
        start,
        signal,
        onStarted: (url, dataDirectory) =>
          context.note(
            notePaint("dim", `started a server at ${url} (its data: ${dataDirectory}); end it with: outpost stop`),
          ),
      }),
    say(text) {
      if (!isJson) process.stdout.write(`${text}\n`);
    },
    note(text) {
      if (!isJson) process.stderr.write(`${wrap(text, notePaint.columns)}\n`);
    },
    emit(value) {
      if (isJson) write(process.stdout, JSON.stringify(value));
    },
    give(value, render) {
      write(process.stdout, isJson ? JSON.stringify(value) : render(value));
    },
    tell(value, say) {
      context.give(value, (given) => wrap(say(given), context.paint.columns));
    },
  };
  return context;
}
