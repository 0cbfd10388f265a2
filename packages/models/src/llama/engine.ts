// As much of node-llama-cpp as is used, and how it is loaded: it is no dependency, but installed into the data directory on request.
// Covered: one model, one context, one answer at a time. Not covered: its own function calling and its own shortening of histories.
import type { LlamaSettings, LlamaTurn } from "./messages.ts";

interface Disposable {
  dispose(): Promise<void>;
}

export interface LlamaModule {
  getLlama(options: object): Promise<{
    loadModel(options: { modelPath: string }): Promise<LoadedModel>;
    createGrammar(options: { grammar: string }): Promise<unknown>;
  }>;
  LlamaChat: new (options: { contextSequence: unknown }) => LlamaChat;
}

interface LoadedModel extends Disposable {
  trainContextSize: number;
  tokenizer: unknown;
  tokenize(text: string): unknown[];
  createContext(options: object): Promise<{ contextSize: number; getSequence(): unknown }>;
}

type HistoryItem = { type: "system" | "user"; text: string } | { type: "model"; response: string[] };

interface ResponseChunk {
  type: "segment" | undefined;
  segmentType: string | undefined;
  text: string;
  tokens: unknown[];
}

interface LlamaChat {
  chatWrapper: {
    generateContextState(options: { chatHistory: HistoryItem[] }): {
      contextText: { tokenize(tokenizer: unknown): unknown[] };
    };
  };
  generateResponse(history: HistoryItem[], options: object): Promise<{ metadata: { stopReason: string } }>;
}

export interface LlamaEngine {
  windowTokens: number;
  countTokens(turns: readonly LlamaTurn[]): number;
  /** Rejects with the signal's reason. */
  generate(
    turns: readonly LlamaTurn[],
    options: { grammar?: string; maxTokens: number; signal: AbortSignal; onPiece(piece: LlamaPiece): void },
  ): Promise<{ finishReason: "stop" | "length" }>;
}

export interface LlamaPiece {
  kind: "content" | "thinking";
  text: string;
  tokens: number;
}

const temperature = 0.2;

/** Never compiles and never downloads. */
export async function openLlamaEngine(settings: LlamaSettings): Promise<LlamaEngine> {
  const { moduleUrl, modelPath, windowTokens, threads } = settings;
  const { getLlama, LlamaChat } = (await import(/* @vite-ignore */ moduleUrl)) as LlamaModule;
  const quiet = { build: "never", logLevel: "error", progressLogs: false, skipDownload: true };
  const llama = await getLlama({ ...quiet, gpu: "auto", maxThreads: threads });
  const model = await llama.loadModel({ modelPath });
  const contextSize = Math.min(windowTokens, model.trainContextSize);
  const context = await model.createContext({ contextSize, threads });
  const chat = new LlamaChat({ contextSequence: context.getSequence() });
  const grammars = new Map<string, unknown>();

  async function grammarOf(text: string): Promise<unknown> {
    const known = grammars.get(text);
    if (known !== undefined) return known;
    const grammar = await llama.createGrammar({ grammar: text });
    if (grammars.size > 20) grammars.clear();
    grammars.set(text, grammar);
    return grammar;
  }

  return {
    windowTokens: contextSize,
    countTokens(turns) {
      // The model's turn that is to be written belongs to the prompt.
      const chatHistory = [...turns.map(toHistory), { type: "model" as const, response: [] }];
      return chat.chatWrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer).length;
    },
    async generate(turns, { grammar, maxTokens, signal, onPiece }) {
      const { metadata } = await chat.generateResponse([...turns.map(toHistory), { type: "model", response: [] }], {
        ...{ maxTokens, signal, temperature, seed: turns.length },
        ...(grammar === undefined ? {} : { grammar: await grammarOf(grammar) }),
        onResponseChunk: ({ type, text, tokens }: ResponseChunk) =>
          onPiece({ kind: type === "segment" ? "thinking" : "content", text, tokens: tokens.length }),
      });
      return { finishReason: metadata.stopReason === "maxTokens" ? "length" : "stop" };
    },
  };
}

function toHistory({ role, text }: LlamaTurn): HistoryItem {
  return role === "model" ? { type: "model", response: [text] } : { type: role, text };
}
