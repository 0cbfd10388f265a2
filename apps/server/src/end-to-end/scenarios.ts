// Scripts for a model server that several tasks talk to at the same time: each instruction begins with the name of its scenario in
// brackets, and a scenario answers by how far its own conversation has come. Knows nothing of the wire.

export interface Turn {
  /** Chats of this scenario before this one, answered or not. */
  chatsBefore: number;
  /** Answers of the model that the prompt holds: the same when the same is asked again. */
  answersBefore: number;
  body: Record<string, unknown>;
}

export type Scenario<Answer> = (turn: Turn) => Answer;

interface Message {
  role: string;
  content: string;
}

export function messagesOf(body: Record<string, unknown>): Message[] {
  return body["messages"] as Message[];
}

export function scenarioOf(body: Record<string, unknown>): string {
  const goal = messagesOf(body)[1]?.content ?? "";
  return /\[([a-z0-9 -]+)\]/.exec(goal)?.[1] ?? "";
}

/** `count` replies that all look at the request to find what to say. Throws inside of the model server for a name nobody knows. */
export function answerByScenario<Answer>(
  scenarios: Record<string, Scenario<Answer>>,
  count = 300,
): ((chat: { body: Record<string, unknown> }) => Answer)[] {
  const chats = new Map<string, number>();
  const answer = ({ body }: { body: Record<string, unknown> }): Answer => {
    const name = scenarioOf(body);
    const scenario = scenarios[name];
    if (!scenario) throw new Error(`there is no scenario "${name}"`);
    const chatsBefore = chats.get(name) ?? 0;
    chats.set(name, chatsBefore + 1);
    const answersBefore = messagesOf(body).filter(({ role }) => role === "assistant").length;
    return scenario({ chatsBefore, answersBefore, body });
  };
  return Array.from({ length: count }, () => answer);
}

/** A scenario that calls one tool after another; what comes behind the last is the last again. */
export function callsInOrder<Answer>(answers: readonly Answer[]): Scenario<Answer> {
  return ({ answersBefore }) => {
    const answer = answers[Math.min(answersBefore, answers.length - 1)];
    if (answer === undefined) throw new Error("a scenario needs an answer");
    return answer;
  };
}

export const call = (name: string, given: Record<string, unknown>) => ({ toolCalls: [{ name, arguments: given }] });
