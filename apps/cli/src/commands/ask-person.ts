// A question on the terminal.
import { createInterface } from "node:readline";

/** The answer; null when the person gave none (Ctrl-C or Ctrl-D). Only where standard input is a terminal. */
export function askPerson(question: string): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.on("close", () => resolve(null));
    terminal.on("SIGINT", () => {
      process.stderr.write("\n");
      terminal.close();
    });
    terminal.question(`${question} `, (answer) => {
      resolve(answer.trim());
      terminal.close();
    });
  });
}

/** Whether somebody can be asked. */
export function isSomebodyThere(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}
