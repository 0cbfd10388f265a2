// Languages whose files call each other by name.
const families: Record<string, string> = {
  typescript: "script",
  tsx: "script",
  javascript: "script",
  c: "c",
  cpp: "c",
  "objective-c": "c",
  java: "jvm",
  kotlin: "jvm",
  scala: "jvm",
};

export function familyOf(language: string): string {
  return families[language] ?? language;
}
