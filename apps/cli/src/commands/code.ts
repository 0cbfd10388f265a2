// `outpost index languages`.
import { renderLanguages } from "../render/code.ts";
import type { CommandContext } from "./context.ts";

export async function languagesCommand(context: CommandContext): Promise<void> {
  const { client } = await context.connect("known");
  const languages = await client.call("listLanguages", {});
  context.give(languages, () => renderLanguages(languages.items, context.paint));
}
