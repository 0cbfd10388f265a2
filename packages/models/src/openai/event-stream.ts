// Server-sent events out of bytes: any line ending, comments, data over several lines, characters and lines cut anywhere. Knows nothing of
// what the data says. Invariant: an event that the stream ends in the middle of is dropped, unless it is JSON already.

export interface ServerSentEvent {
  /** "" when the server names none. */
  event: string;
  data: string;
}

const maxEventCharacters = 8_000_000;

export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
  const lines = createLineSplitter();
  const events = createEventBuilder();
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    for (const line of lines.push(decoder.decode(bytes, { stream: true }))) {
      const event = events.push(line);
      if (event) yield event;
    }
  }
  for (const line of lines.end(decoder.decode())) {
    const event = events.push(line);
    if (event) yield event;
  }
  const last = events.push("");
  if (last && (last.data === "[DONE]" || isJson(last.data))) yield last;
}

function createLineSplitter() {
  let held = "";
  return {
    /** Lines that are complete now, without their ends. */
    push(text: string): string[] {
      held += text;
      if (held.length > maxEventCharacters)
        throw new Error(`a line of the answer is over ${maxEventCharacters} characters`);
      if (!/[\r\n]/.test(text)) return [];
      // A carriage return at the end may be half of a line's end.
      const usable = held.endsWith("\r") ? held.slice(0, -1) : held;
      const lines = usable.split(/\r\n|\n|\r/);
      const rest = lines.pop() ?? "";
      held = held.endsWith("\r") ? `${rest}\r` : rest;
      return lines;
    },
    /** What is left when nothing more comes; its last line may lack an end. */
    end(text: string): string[] {
      const left = (held + text).split(/\r\n|\n|\r/);
      return left.at(-1) === "" ? left.slice(0, -1) : left;
    },
  };
}

function createEventBuilder() {
  let event = "";
  let data: string[] = [];
  let characters = 0;

  function finish(): ServerSentEvent | undefined {
    const finished = data.length === 0 ? undefined : { event, data: data.join("\n") };
    event = "";
    data = [];
    characters = 0;
    return finished;
  }

  return {
    push(line: string): ServerSentEvent | undefined {
      if (line === "") return finish();
      const [, field = "", value = ""] = /^\uFEFF?([^:]*):? ?([\s\S]*)$/.exec(line) ?? [];
      if (field === "event") event = value;
      if (field !== "data") return undefined;
      characters += value.length;
      if (characters > maxEventCharacters)
        throw new Error(`an event of the answer is over ${maxEventCharacters} characters`);
      // Some servers forget the empty line between events: what is whole JSON by itself is an event by itself.
      const isNext = data.length === 1 && isWhole(data[0] ?? "") && isWhole(value);
      const before = isNext ? finish() : undefined;
      data.push(value);
      return before;
    },
  };
}

function isWhole(data: string): boolean {
  return data === "[DONE]" || (data.startsWith("{") && isJson(data));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
