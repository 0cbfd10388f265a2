// A worker as a child of the server. Ends with it.
import { transportToParent } from "../internal/process-transport.ts";
import { runWorker, WorkerSettings } from "./run-worker.ts";

const settings = WorkerSettings.parse(JSON.parse(process.argv[2] ?? "{}"));
const stop = new AbortController();
const transport = transportToParent();
// A worker without its server must not go on: another will take its task over.
process.once("disconnect", () => process.exit(0));
process.on("SIGINT", () => {});
process.on("SIGTERM", () => stop.abort(new Error("the worker was asked to stop")));
await runWorker({ transport, settings, stop });
process.disconnect?.();
