// The commands of the server itself, and of who may use it, as commander shows them.
import type { Command } from "commander";
import { auditCommand } from "../commands/audit.ts";
import type { CommandContext } from "../commands/context.ts";
import { doctorCommand, serveCommand, statusCommand, stopCommand } from "../commands/server.ts";
import { createTokenCommand, listTokensCommand, revokeTokenCommand } from "../commands/tokens.ts";
import { addWorker } from "./worker.ts";

type GetContext = () => CommandContext;

export function addServer(program: Command, context: GetContext): void {
  program
    .command("serve")
    .description("run the server in the foreground")
    .option("--host <address>", "where to listen (default: 127.0.0.1)")
    .option("--port <number>", "default: 7717; 0 is any free one")
    .option("--workers <number>", "tasks worked on at the same time (default: 2)")
    .option("--model <name>", "default model: rules, ollama/NAME or NAME")
    .option("--ollama-url <url>", "default: http://127.0.0.1:11434")
    .option("--log-level <level>", "silent, error, warn, info or debug (default: info, in a terminal warn)")
    .action((options) => serveCommand(context(), options));
  addWorker(program, context);
  program
    .command("stop")
    .description("stop the server on this machine")
    .action(() => stopCommand(context()));
  program
    .command("status")
    .description("what the server is doing")
    .action(() => statusCommand(context()));
  program
    .command("doctor")
    .description("look for what is wrong, and how to mend it")
    .action(() => doctorCommand(context()));
  program
    .command("audit")
    .description("what was run, who decided what, who may use the server")
    .option("--task <task>", "only of one task")
    .option("-n, --limit <number>", "how many entries, newest last (default: 30)")
    .option("--verify", "compute the chain of hashes anew, and print its head")
    .option("--head <head>", "with --verify: a head from before that must still be in it")
    .action((options) => auditCommand(context(), options));
}

export function addTokens(program: Command, context: GetContext): void {
  const token = program.command("token").description("who may use the server from elsewhere");
  token
    .command("create")
    .description("make an access token and print it, this once")
    .argument("<name>", "whose it is")
    .option("--scope <scopes...>", "read, submit, approve, admin (default: read submit approve)")
    .option("--days <number>", "how long it holds (default: until it is revoked)")
    .action((name: string, options) => createTokenCommand(context(), name, options));
  token
    .command("list")
    .description("all of them, without the secrets")
    .action(() => listTokensCommand(context()));
  token
    .command("revoke")
    .description("end one")
    .argument("<token>", "name or id")
    .action((name: string) => revokeTokenCommand(context(), name));
}
