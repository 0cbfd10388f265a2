// A command as a list of arguments: the check that it is one, and how to say a shell line as one. Knows nothing of what is allowed.
import { z } from "zod";

const operators = new Set(["|", "||", "&&", "&", ">", ">>", "<", "2>", "2>&1", "&>"]);
/** Programs to which these words are arguments like others. */
const takesOperators = /(?:^|\/)(?:e|f|p)?grep$|(?:^|\/)(?:rg|expr|test|\[|echo|printf|git)$/;

/** Program and arguments. A shell line is refused with the list that says the same. */
export const argvSchema = z
  .array(z.string().max(20_000))
  .min(1)
  .max(256)
  .superRefine((argv, context) => {
    const problem = findShellSyntax(argv);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  });

function findShellSyntax(argv: readonly string[]): string | null {
  const [program = "", ...rest] = argv;
  if (program.trim() === "") return "the first item is the program, and it is empty";
  if (rest.length === 0 && /[\s|&;<>`$]/.test(program)) {
    return `one item per argument, not a shell line; say ${JSON.stringify(toArgv(program))}`;
  }
  const operator = rest.find((word) => operators.has(word));
  if (operator === undefined || takesOperators.test(program)) return null;
  return `there is no shell, so ${JSON.stringify(operator)} means nothing; say ${JSON.stringify(["sh", "-c", argv.join(" ")])}`;
}

/** A line without shell syntax is split at spaces, quotes minded; any other needs a shell. */
export function toArgv(line: string): string[] {
  const viaShell = ["sh", "-c", line.trim()];
  if (/[|&;<>`$*?(){}~#\\\n]/.test(line) || /^\s*\w+=/.test(line) || /^\s*cd\s/.test(line)) return viaShell;
  if (/["']/.test(line.replaceAll(/"[^"]*"|'[^']*'/g, ""))) return viaShell;
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
