// The replies of a scripted model server, in order; what it was asked, and what was wrong with that. Knows nothing of a wire.
import type { ServerResponse } from "node:http";

/** One request as it was received. */
interface Received {
  promptTokens: number;
  windowTokens: number;
  aborted: boolean;
}

/** What is said when the script ran dry. */
interface RanDry {
  status: number;
  error: string;
  delayBeforeHeadersMs?: number;
}

export interface ReplyScript<Chat, Reply> {
  readonly recorded: Chat[];
  readonly problems: string[];
  readonly repliesLeft: number;
  /** `problems`: rules of ours that it breaks. Notes also when its client closes the connection before the end. */
  record(chat: Chat, response: ServerResponse, problems: readonly string[]): void;
  next(chat: Chat): Reply | RanDry;
}

export function createReplyScript<Chat extends Received, Reply extends object>(script: {
  replies?: readonly (Reply | ((chat: Chat) => Reply))[] | undefined;
  mayOverflow?: boolean | undefined;
}): ReplyScript<Chat, Reply> {
  const replies = [...(script.replies ?? [])];
  const recorded: Chat[] = [];
  const problems: string[] = [];
  return {
    recorded,
    problems,
    get repliesLeft() {
      return replies.length;
    },
    record(chat, response, broken) {
      recorded.push(chat);
      problems.push(...broken.map((problem) => `chat ${recorded.length}: ${problem}`));
      if (chat.promptTokens > chat.windowTokens && !script.mayOverflow)
        problems.push(`chat ${recorded.length}: ${chat.promptTokens} prompt tokens, window ${chat.windowTokens}`);
      response.once("close", () => {
        if (!response.writableEnded) chat.aborted = true;
      });
    },
    next(chat) {
      const next = replies.shift();
      if (next) return typeof next === "function" ? next(chat) : next;
      problems.push(`the script ran dry at chat ${recorded.length}`);
      return { status: 500, error: "the script ran dry" };
    },
  };
}
