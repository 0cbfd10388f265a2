// What the server's children run in: what it runs in itself, and what they should have where whoever started it did not give it.
import { serverEnvironment } from "@outpost/protocol";

export function childEnvironment(): NodeJS.ProcessEnv {
  return { ...serverEnvironment, ...process.env };
}
