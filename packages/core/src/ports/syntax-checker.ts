// The port of the syntax check behind each edit.

export interface SyntaxProblem {
  /** 1-based. */
  line: number;
  text: string;
}

export interface SyntaxChecker {
  /** The first places where the text is broken; none where it is whole, and where its language or its parser is not known. */
  check(path: string, text: string, signal: AbortSignal): Promise<readonly SyntaxProblem[]>;
}
