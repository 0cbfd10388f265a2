// What a prompt of core says, for the rules model: the workflow, and everything a person asked for, in order. Knows core's way of
// composing prompts: the goal first, retrieved code last, its own notices marked.
import type { ChatMessage } from "@outpost/core";

export interface Conversation {
  workflow: "ask" | "edit";
  /** The goal, then what the person said later. */
  instructions: string[];
}

const goalLine = /^Task \((ask|edit)\):\s*/;
const notFromPerson = /^(?:Relevant code\b|\[outpost\] )/;

export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const said = messages.filter((message) => message.role === "user").map((message) => message.content);
  const [goal = "", ...later] = said;
  const workflow = goalLine.exec(goal)?.[1] === "ask" ? "ask" : "edit";
  const messagesOfPerson = later.filter((text) => !notFromPerson.test(text) && text.trim() !== "");
  return {
    workflow,
    instructions: [goal.replace(goalLine, "").trim(), ...messagesOfPerson.map((text) => text.trim())],
  };
}
