// The port of one model server, or of anything else that has chat models: it finds them by name, lists them, and gets new ones where it can.
// One adapter file in packages/models/src/adapters makes one.
import type { ModelListing, PullProgress } from "@outpost/protocol";
import type { ChatModel } from "./chat-model.ts";

export interface ModelProvider {
  /** The part before the slash of "provider/name". */
  readonly name: string;
  /** A model as this server spells its name. Rejects like `ChatModel.describe`. */
  open(name: string, signal: AbortSignal): Promise<ChatModel>;
  /**
   * The one to use when nobody named one. Undefined: none that can work, or a choice that only a person can make. Rejects with
   * `unavailable` (retryable) where nobody answers; with `details.reason` "slow" where somebody is there and too busy to say.
   */
  openDefault(signal: AbortSignal): Promise<ChatModel | undefined>;
  /** What there is right now. Never rejects: a server that does not answer has none. */
  list(signal: AbortSignal): Promise<ModelListing[]>;
  /**
   * Gets a model; yields how far it is, returns when it can be used. Absent: this provider cannot. Rejects with `not_found` (nobody
   * has such a model) or `unavailable` (retryable; what was loaded is kept). Aborting rejects with the signal's reason.
   */
  pull?(name: string, signal: AbortSignal): AsyncGenerator<PullProgress, void>;
  /** Ends what it holds: children, connections. */
  close?(): Promise<void>;
}
