// What people get wrong, and what they are told. Data only: arguments, more environment, the exit code, what is said.
export type Mistake = [what: string, argv: string[], more: Record<string, string>, exitCode: number, says: RegExp];

const nowhere = { OUTPOST_DATA_DIRECTORY: "/nonexistent/data" };
export const mistakes: readonly Mistake[] = [
  ["an unknown command", ["serch"], {}, 2, /unknown command 'serch'\n\(Did you mean search\?\)/],
  ["an unknown option", ["status", "--colour"], {}, 2, /unknown option '--colour'/],
  ["a missing argument", ["search"], {}, 2, /missing required argument 'words'/],
  ["a query that is too long", ["search", "x".repeat(8001)], {}, 2, /8001 characters, over the limit of 8000/],
  ["a query of no words", ["search", "-"], {}, 2, /say what to look for/],
  ["an empty instruction", ["run", " "], {}, 2, /say what to do/],
  ["an instruction of no words", ["run", "-"], {}, 2, /say what to do/],
  ["a number out of bounds", ["run", "x", "--steps", "0"], {}, 2, /from 1 to 500/],
  ["an unknown state", ["tasks", "--state", "lost"], {}, 2, /give one of scheduled, queued/],
  ["an unknown task", ["show", "tsk_x"], {}, 4, /no task "tsk_x"/],
  ["a task that is not there", ["diff", "tsk_0000000000000000000000"], {}, 4, /tsk_0000000000000000000000/],
  ["an unknown repository", ["search", "x", "--repo", "nope"], {}, 4, /no repository "nope"; there is "/],
  ["a wrong revision", ["diff", "last", "--revision", "0"], {}, 2, /--revision is "0"/],
  ["a bad environment", ["repo", "environment", "--set", "pricing.py"], {}, 2, /cannot be read as JSON/],
  ["no server", ["status"], nowhere, 7, /start one with: outpost serve/],
  ["the CLI alone without a server", ["run", "x"], nowhere, 7, /this is the CLI alone/],
  ["a wrong token", ["status"], { OUTPOST_TOKEN: `outpost_${"x".repeat(43)}` }, 3, /not known.*OUTPOST_TOKEN/],
  ["a token that is none", ["status"], { OUTPOST_TOKEN: "ä" }, 2, /characters that no token has/],
  [
    "nobody at an address",
    ["status", "--server", "http://127.0.0.1:1"],
    { OUTPOST_TOKEN: "x" },
    7,
    /is the server running\?/,
  ],
  ["no address", ["status", "--server", "here"], { OUTPOST_TOKEN: "x" }, 2, /no address of a server/],
  ["no token", ["status", "--server", "http://127.0.0.1:1"], nowhere, 3, /set OUTPOST_TOKEN/],
];
