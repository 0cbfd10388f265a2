// Replies that nothing can be done with: what is wrong with them, what the model is told, and the name the run ends by when that does not
// help. Each kind is handled once (an empty reply and broken calls also by another way of making calls), then it is the end.
import type { ModelReply, NoticeKind, StopReason } from "@outpost/protocol";
import { isChant } from "./chant.ts";
import { changeProtocol } from "./ladder.ts";
import type { RunState } from "./state.ts";

export type Trouble =
  | "empty_reply"
  | "thinking_only"
  | "cut_reply"
  | "broken_off"
  | "repetition"
  | "no_call"
  | "broken_call";

const said: Record<Trouble, string> = {
  empty_reply:
    "Your last reply held neither text nor a tool call. Call a tool to go on, or call finish with what you found.",
  thinking_only:
    "Your last reply held only thinking. What you plan there is not done: make the tool call itself, now, without thinking long.",
  cut_reply:
    "Your last reply was longer than a reply may be, and nothing of it was done. Go on in smaller pieces: one call, with short arguments.",
  broken_off: "Your last reply broke off before it was complete, and nothing of it was done. Make the call again.",
  repetition: "Your last reply repeated itself without end and was dropped. Make one tool call, or call finish.",
  no_call:
    "Your last reply held no tool call, and nothing was changed so far. If you mean to do something, make the call; if there is nothing to do, call finish and say why.",
  broken_call: "Your last reply was meant to be a call, but it cannot be read as one",
};

const stops: Record<Exclude<Trouble, "no_call">, { reason: StopReason; message: string }> = {
  empty_reply: { reason: "no_reply", message: "the model gave three replies in a row that were empty" },
  thinking_only: {
    reason: "only_thinking",
    message:
      "the model's replies held only thinking, also after it was told so; switch its thinking off, or take another",
  },
  cut_reply: {
    reason: "reply_cut",
    message: "the model's replies were longer than a reply may be, also after it was told to go on in smaller pieces",
  },
  broken_off: {
    reason: "no_reply",
    message: "the model's replies broke off three times in a row before they were complete",
  },
  repetition: { reason: "repetition", message: "the model repeated itself without end, also after it was told so" },
  broken_call: {
    reason: "malformed_calls",
    message: "the model's calls could not be read in any of the ways it was offered; take another model",
  },
};

const reasons = {
  empty_reply: "the model's replies are empty, as when a server loses calls that it cannot read",
  broken_off: "the model's replies break off, as when a server cannot read a call",
  broken_call: "the model's calls cannot be read",
};

/** What is wrong with a reply that asks for no call; null: nothing, it is meant as it is. */
export function troubleOf(reply: ModelReply): Exclude<Trouble, "no_call"> | null {
  const content = reply.content.trim();
  if (isChant(content) || (content === "" && isChant(reply.thinking))) return "repetition";
  if (reply.finishReason !== "stop") return reply.finishReason === "length" ? "cut_reply" : "broken_off";
  if (content !== "") return null;
  return reply.thinking.trim() === "" ? "empty_reply" : "thinking_only";
}

/** Says it, or changes the way calls are made, or ends the run. `detail`: what exactly could not be read. */
export function meetTrouble(run: RunState, trouble: Exclude<Trouble, "no_call">, detail = ""): void {
  const count = (run.troubles[trouble] ?? 0) + 1;
  run.troubles = { ...run.troubles, [trouble]: count };
  run.phase = { type: "retrieve" };
  if (trouble === "thinking_only") run.thinksTooLong = true;
  // Some servers lose calls they cannot read: what is empty may have been one.
  if (count > 1 && hasOtherWay(run, trouble) && changeProtocol(run, { writes: true, reason: reasons[trouble] })) return;
  if (count === 1) sayTrouble(run, trouble, detail);
  else run.phase = { type: "ending", ending: { type: "stop", ...stops[trouble] } };
}

function hasOtherWay(run: RunState, trouble: Trouble): trouble is keyof typeof reasons {
  if (trouble === "broken_call") return true;
  return run.protocol === "native" && (trouble === "empty_reply" || trouble === "broken_off");
}

export function sayTrouble(run: RunState, trouble: Trouble, detail = ""): void {
  const kind: NoticeKind = trouble;
  run.notices = [...run.notices, { kind, text: said[trouble] + (detail === "" ? "" : `: ${detail}`) }];
  run.phase = { type: "retrieve" };
}

/** Notices about replies: once a call has worked again, they are not shown any more. */
export const passingNotices: ReadonlySet<NoticeKind> = new Set<NoticeKind>(Object.keys(said) as Trouble[]);
