// What an instruction asks for, one intent a clause. Data only.

export type Anchor = { type: "text"; text: string } | { type: "line"; line: number };

export type EditIntent =
  /** `file` null: wherever it is. */
  | { type: "replace"; old: string; new: string; file: string | null; everywhere: boolean }
  | { type: "rename"; from: string; to: string; path: string | null }
  | { type: "insert"; text: string; at: "start" | "end"; file: string }
  | { type: "insert_at"; text: string; side: "before" | "after"; anchor: Anchor; file: string }
  | { type: "create"; text: string; file: string }
  | { type: "remove_lines"; from: number; to: number; file: string }
  /** `wholeLines`: every line that holds the text; otherwise the text. */
  | { type: "remove_text"; text: string; wholeLines: boolean; file: string };

export type Intent = EditIntent | { type: "test" } | { type: "commit"; message: string | null };

export type Parsed = { type: "intents"; intents: Intent[] } | { type: "unclear"; clause: string };
