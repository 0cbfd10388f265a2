// What an adapter of model servers is: one file in ../adapters (or a module elsewhere) that exports `adapter`. Nothing else has to be touched.
import type { ModelProvider } from "@outpost/core";

/** One server as it was configured, and the limits that all share. */
export interface ModelServerSettings {
  /** The part before the slash of the names of its models. */
  name: string;
  /** Absent: the adapter's own default, where it has one. */
  url?: string;
  apiKey?: string;
  /** Asked for at most. */
  windowTokens?: number;
  firstTokenTimeoutMs?: number;
  idleTimeoutMs?: number;
  /** For questions about a model that a run is going to use. Default 10,000. */
  lookupTimeoutMs?: number;
  /** For lists, which leave out who does not answer. */
  probeTimeoutMs: number;
  /** How long the server keeps a model in memory after its last call, as Ollama writes it: "10m", "-1". */
  keepAlive?: string;
  /** Where adapters that keep something on this machine keep it. */
  dataDirectory?: string;
  /** For adapters that compute on this machine. Default: all cores but one. */
  threads?: number;
  /** The code of a child process, for adapters that have one. */
  childEntry?: { modulePath: string; execArgv: string[] };
}

export interface ModelAdapter {
  /** Opens nothing: a server that is not there is met when it is asked. Throws `invalid_input` for settings that cannot work. */
  createProvider(settings: ModelServerSettings): ModelProvider;
}
