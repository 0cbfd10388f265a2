// The wire format of server-sent events: text in any cuts → frames. Knows nothing of what the frames mean.
import { OutpostError } from "@outpost/protocol";

export interface ServerSentEvent {
  /** "message" when the frame names none. */
  name: string;
  /** The frame's own id; null when it has none. */
  id: string | null;
  data: string;
}

export interface EventStreamParser {
  /** The frames that this piece completes. Throws `limit_exceeded` for a frame over the bound. */
  push(text: string): ServerSentEvent[];
}

/** `maxFrameCharacters`: of one frame, complete or not. */
export function createEventStreamParser(maxFrameCharacters = 32_000_000): EventStreamParser {
  let rest = "";
  let frame = emptyFrame();
  let frameCharacters = 0;
  let isFirst = true;
  return {
    push(text) {
      const frames: ServerSentEvent[] = [];
      // What is left of earlier pieces holds no line end, but for a "\r" at its very end.
      const scanFrom = Math.max(0, rest.length - 1);
      rest += isFirst && text !== "" ? text.replace(/^\ufeff/, "") : text;
      isFirst &&= text === "";
      // A "\r" at the very end may be half of a "\r\n".
      const lineEnd = /\r\n|\n|\r(?!$)/g;
      lineEnd.lastIndex = scanFrom;
      let start = 0;
      for (let found = lineEnd.exec(rest); found !== null; found = lineEnd.exec(rest)) {
        const line = rest.slice(start, found.index);
        start = lineEnd.lastIndex;
        frameCharacters = line === "" ? 0 : frameCharacters + line.length;
        if (line !== "") readField(frame, line);
        else {
          if (frame.data.length > 0)
            frames.push({ name: frame.name || "message", id: frame.id, data: frame.data.join("\n") });
          frame = emptyFrame();
        }
      }
      rest = rest.slice(start);
      if (frameCharacters + rest.length > maxFrameCharacters) {
        throw new OutpostError("limit_exceeded", `a frame of the stream is over ${maxFrameCharacters} characters`);
      }
      return frames;
    },
  };
}

interface Frame {
  name: string;
  id: string | null;
  data: string[];
}

function emptyFrame(): Frame {
  return { name: "", id: null, data: [] };
}

function readField(frame: Frame, line: string): void {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (name === "data") frame.data.push(value);
  else if (name === "event") frame.name = value;
  else if (name === "id" && !value.includes("\0")) frame.id = value;
}
