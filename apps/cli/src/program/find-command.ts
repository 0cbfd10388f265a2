// Which command a line of arguments means, as far as it can be told: for the help that a mistake is answered with.
import type { Command } from "commander";

/** The words of the command, "outpost queue add"; those of its group, or of the program, where there is no such command. */
export function findCommand(program: Command, argv: readonly string[]): string {
  const words = [program.name()];
  let command = program;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] as string;
    if (word.startsWith("-")) {
      const option = program.options.find(({ long, short }) => long === word || short === word);
      if (option?.required) at += 1;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next === undefined) break;
    words.push(next.name());
    command = next;
  }
  return words.join(" ");
}
