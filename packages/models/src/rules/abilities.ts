// What the rules model says of itself: that no language model was involved, what it can do, and how to get more.

export const withoutModel = "done by fixed rules, without a language model";

export const extracted =
  "These are places found in the code, extracted without a language model: nobody has read or judged them for you.";

const forms = [
  "replace X with Y in FILE",
  "rename symbol A to B (in PATH)",
  "append, prepend or insert TEXT in FILE (before or after a line)",
  "create file F with TEXT",
  "remove lines from FILE",
  "run the tests",
  "commit with message TEXT",
];

export function howToConnect(ollamaAddress: string): string {
  return `For anything else connect a language model: start Ollama at ${ollamaAddress} with a model that can call tools (\`ollama pull NAME\`), or name one with \`--model\`.`;
}

/** `clause`: the part that was not understood. */
export function cannot(clause: string, ollamaAddress: string): string {
  const short = clause.length > 200 ? `${clause.slice(0, 200)}…` : clause;
  return [
    `Nothing was changed: no language model is connected, and "${short}" is none of the fixed forms that work without one.`,
    `They are, with quotes around texts and joined by "and" or "then": ${forms.join("; ")}; and questions like "where is X", "what calls X".`,
    howToConnect(ollamaAddress),
  ].join("\n");
}
