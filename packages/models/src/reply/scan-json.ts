// Finds where a JSON object or array that starts at an index ends, aware of strings. Knows nothing of what the value means.
// Invariant: the range it returns is balanced; whether it is valid JSON is for JSON.parse to say.

/** Index behind the value that starts at `start` ("{" or "["), or undefined when the text ends before it does. */
export function endOfJson(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      depth--;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
