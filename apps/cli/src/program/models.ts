// The commands of models, as commander shows them.
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import {
  installLlamaCommand,
  modelsCommand,
  pullModelCommand,
  showModelCommand,
  testModelCommand,
} from "../commands/models.ts";

const modelArgument = ["<model>", "ollama/NAME, openai/NAME, llama/FILE or NAME"] as const;

export function addModels(program: Command, context: () => CommandContext): void {
  const models = program.command("models").description("the language models there are, and how they do");
  models
    .command("list", { isDefault: true })
    .description("all of them: window, abilities, calls, speed, failures")
    .action(() => modelsCommand(context()));
  models
    .command("show")
    .description("one model, with its last test")
    .argument(...modelArgument)
    .action((name: string) => showModelCommand(context(), name));
  models
    .command("pull")
    .description("get a model through an Ollama")
    .argument(...modelArgument)
    .action((name: string) => pullModelCommand(context(), name));
  models
    .command("test")
    .description("try a model with some thirty small tasks, and remember how it is best spoken with")
    .argument(...modelArgument)
    .action((name: string) => testModelCommand(context(), name));
  models
    .command("install-llama")
    .description("get what runs GGUF files in a process of the server's own (about 100 MB)")
    .action(() => installLlamaCommand(context()));
}
