// How folded history looks. What is folded can be had again by calling the tool again.

const keptCharacters = 200;

export function foldedContent(content: string): string {
  return content.length <= keptCharacters ? content : `${content.slice(0, keptCharacters)} […]`;
}

export function foldedObservation(toolName: string, text: string): string {
  if (text.length <= keptCharacters) return text;
  return `[folded: ${text.length} characters of ${toolName}; call it again to see them] ${text.slice(0, 80)}`;
}

/** Long strings in old arguments (whole file bodies, scripts) are cut, at any depth; the call's shape stays. */
export function foldedArguments(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, foldedValue(value)]));
}

function foldedValue(value: unknown): unknown {
  if (typeof value === "string") return foldedContent(value);
  if (Array.isArray(value)) return value.map(foldedValue);
  return typeof value === "object" && value !== null ? foldedArguments(value as Record<string, unknown>) : value;
}
