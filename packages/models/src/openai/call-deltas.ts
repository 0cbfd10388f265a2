// Puts tool calls together from the pieces in which servers stream them: with an index, without one, all with the same; with ids once, on
// every piece, or never; names repeated; the whole call at once; arguments as text, record or nothing. Pure, and bounded.
import type { PieceCall } from "../reply/reply-piece.ts";
import { isRecord } from "../reply/scan-json.ts";
import type { CallDelta } from "./chunk.ts";

interface GrowingCall {
  index: number | undefined;
  id: string | undefined;
  name: string;
  pieces: string[];
  record: Record<string, unknown> | undefined;
}

export interface CallDeltas {
  readonly isEmpty: boolean;
  /** Throws when the arguments of one reply are over the limit. */
  push(delta: CallDelta): void;
  /** Every call, in the order they began. `isWhole`: the server said that it had finished. */
  take(isWhole: boolean): PieceCall[];
}

const maxCalls = 128;
const maxCharacters = 8_000_000;

/** `isTool`: whether a name is a declared tool's; tells the second half of a name from another call's. */
export function createCallDeltas(isTool: (name: string) => boolean): CallDeltas {
  let calls: GrowingCall[] = [];
  let characters = 0;

  function target(delta: CallDelta): GrowingCall | undefined {
    const sameIndex = delta.index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === delta.index);
    if (sameIndex && !beginsAnother(sameIndex, delta, isTool)) return sameIndex;
    // A piece that names nothing and follows nothing belongs to no call.
    if (calls.length >= maxCalls) return undefined;
    const call: GrowingCall = { index: delta.index, id: delta.id, name: "", pieces: [], record: undefined };
    calls.push(call);
    return call;
  }

  return {
    get isEmpty() {
      return calls.length === 0;
    },
    push(delta) {
      const call = target(delta);
      if (!call) return;
      call.id ??= delta.id;
      if (delta.name !== "" && delta.name !== call.name)
        call.name = isTool(call.name + delta.name) ? call.name + delta.name : delta.name;
      if (isRecord(delta.arguments)) call.record = delta.arguments;
      else if (delta.arguments !== undefined) {
        characters += delta.arguments.length;
        if (characters > maxCharacters)
          throw new Error(`the arguments of the answer are over ${maxCharacters} characters`);
        call.pieces.push(delta.arguments);
      }
    },
    take(isWhole) {
      const taken = calls.filter((call, at) => isWhole || at < calls.length - 1 || hasArguments(call));
      calls = [];
      return taken.map((call) => ({
        id: call.id,
        name: call.name,
        arguments: call.record ?? parse(call.pieces.join("")),
      }));
    },
  };
}

/** Whether the piece is the first of a call of its own, though it has the place of one that is there. */
function beginsAnother(call: GrowingCall, delta: CallDelta, isTool: (name: string) => boolean): boolean {
  const isOtherId = delta.id !== undefined && call.id !== undefined && delta.id !== call.id;
  if (isOtherId) return true;
  if (delta.name === "") return false;
  // The name once more: the same call if its arguments are not whole, unless it is another name.
  if (hasArguments(call)) return isComplete(call);
  const isOtherName = call.name !== "" && delta.name !== call.name && !isTool(call.name + delta.name);
  return isOtherName && isTool(call.name);
}

function hasArguments(call: GrowingCall): boolean {
  return call.record !== undefined || call.pieces.some((piece) => piece.trim() !== "");
}

function isComplete(call: GrowingCall): boolean {
  return call.record !== undefined || isRecord(parse(call.pieces.join("")));
}

/** The record, or the text where it is none: what can be made of it is not for the wire to say. */
function parse(given: string): unknown {
  if (given.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(given);
    return isRecord(parsed) ? parsed : given;
  } catch {
    return given;
  }
}
