// The marks that model families put around their thinking. The longest opening first where one begins another.

export interface ThinkingMarks {
  open: string;
  close: string;
}

export const thinkingMarks: readonly ThinkingMarks[] = [
  { open: "<think>", close: "</think>" },
  { open: "<thinking>", close: "</thinking>" },
  { open: "<thought>", close: "</thought>" },
  { open: "<reasoning>", close: "</reasoning>" },
  { open: "<seed:think>", close: "</seed:think>" },
  { open: "<|channel|>analysis<|message|>", close: "<|end|>" },
  { open: "[THINK]", close: "[/THINK]" },
  { open: "◁think▷", close: "◁/think▷" },
];

/** The mark that opens at `at`. */
export function thinkingOpenAt(text: string, at: number): ThinkingMarks | undefined {
  return thinkingMarks.find(({ open }) => text.startsWith(open, at));
}

/** The mark that closes at `at`; the token that ends any message of gpt-oss closes nothing else. */
export function thinkingCloseAt(text: string, at: number): ThinkingMarks | undefined {
  return thinkingMarks.find(({ close }) => close !== "<|end|>" && text.startsWith(close, at));
}
