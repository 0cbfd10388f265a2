// The strict test server as a process of its own, at the address that it prints, for what is to meet a server that it knows nothing of:
//   node --import tsx packages/testkit/src/qdrant/main.ts [--port N] [--api-key KEY] [--read-only-key KEY]
// Ended by SIGTERM or SIGINT it says what was not valid, and fails where there was any of it.
import { parseArgs } from "node:util";
import { startQdrantTestServer } from "./server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { port: text, "api-key": text, "read-only-key": text } });
const { port, "api-key": apiKey, "read-only-key": readOnlyApiKey } = values;

const server = await startQdrantTestServer({
  ...(port === undefined ? {} : { port: Number(port) }),
  ...(apiKey === undefined ? {} : { apiKey }),
  ...(readOnlyApiKey === undefined ? {} : { readOnlyApiKey }),
});
console.log(server.url);

async function end(): Promise<void> {
  await server.stop();
  for (const violation of server.violations) console.error(violation);
  const left = [...server.state.collections.keys()];
  console.error(
    `${server.requests.length} requests, ${server.violations.length} not valid; left: ${left.join(", ") || "nothing"}`,
  );
  process.exitCode = server.violations.length === 0 ? 0 : 1;
}
process.once("SIGTERM", end).once("SIGINT", end);
