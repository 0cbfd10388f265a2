// How much of the window can be used: a text of a given size with a word at its beginning and one at its end, and both are asked for.
import type { ConformanceTask } from "./task.ts";

const shares = [0.25, 0.5, 0.75, 0.9];
/** Low on purpose: the text must not be over the window. */
const charactersPerToken = 3;
const line = "The quick brown fox jumps over the lazy dog while the river runs past the mill and the hills. ";
const first = "amber";
const last = "violet";

export function windowTasks(windowTokens: number, replyTokens: number): ConformanceTask[] {
  return shares.map((share) => {
    const characters = Math.floor((windowTokens - replyTokens) * share * charactersPerToken);
    const filler = line.repeat(Math.max(1, Math.floor(characters / line.length)));
    return {
      ...{
        area: "window",
        name: `remembers both ends of ${Math.round(share * 100)} % of the window`,
        protocol: "native",
      },
      tools: [],
      messages: [
        { role: "system", content: "You answer questions about a text." },
        {
          role: "user",
          content: `The first secret word is "${first}".\n${filler}\nThe last secret word is "${last}".\nAnswer with the two secret words and nothing else.`,
        },
      ],
      sample: { content: `${first} ${last}` },
      judge: ({ content }) => {
        const missing = [first, last].filter((word) => !content.toLowerCase().includes(word));
        return missing.length === 0 ? null : `${missing.join(" and ")} is missing`;
      },
    };
  });
}
