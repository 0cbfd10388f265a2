// Writes a tiny language model as llama.cpp loads it: two layers of fixed random weights, a vocabulary of bytes, characters and a few words.
// It says nonsense, but it says it through the real engine, tokenizer and grammar. About 0.5 MB; the same bytes each time.
import { writeFile } from "node:fs/promises";

const embedding = 64;
const feedForward = 128;
const layers = 2;
const heads = 4;
const contextTokens = 8192;
const alignment = 32;
const words = [
  "▁the",
  "▁file",
  "▁read",
  "▁test",
  "ing",
  "tion",
  "er",
  "path",
  "tool",
  "arguments",
  "answer",
  "content",
];
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** As GGUF numbers the kinds of tokens. */
const kinds = { normal: 1, unknown: 2, control: 3, byte: 6 };

interface Piece {
  text: string;
  kind: number;
}

function vocabulary(): Piece[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    kind: kinds.byte,
  }));
  const characters = ["▁", ...Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at))];
  return [
    { text: "<unk>", kind: kinds.unknown },
    { text: "<s>", kind: kinds.control },
    { text: "</s>", kind: kinds.control },
    ...bytes,
    ...[...characters, ...words].map((text) => ({ text, kind: kinds.normal })),
  ];
}

export async function writeTinyGguf(path: string): Promise<void> {
  const pieces = vocabulary();
  const tensors = tensorsOf(pieces.length);
  const values = valuesOf(pieces);
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [name, shape] of Object.entries(tensors)) {
    infos.push(string(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    const bytes = padded(weightsOf(name, shape));
    data.push(bytes);
    offset += bytes.length;
  }
  const header = [Buffer.from("GGUF"), u32(3), u64(Object.keys(tensors).length), u64(values.length)];
  await writeFile(path, Buffer.concat([padded(Buffer.concat([...header, ...values, ...infos])), ...data]));
}

function tensorsOf(vocabularySize: number): Record<string, number[]> {
  const layer = (at: number): [string, number[]][] => [
    [`blk.${at}.attn_norm.weight`, [embedding]],
    ...["q", "k", "v", "output"].map((part): [string, number[]] => [
      `blk.${at}.attn_${part}.weight`,
      [embedding, embedding],
    ]),
    [`blk.${at}.ffn_norm.weight`, [embedding]],
    [`blk.${at}.ffn_gate.weight`, [embedding, feedForward]],
    [`blk.${at}.ffn_up.weight`, [embedding, feedForward]],
    [`blk.${at}.ffn_down.weight`, [feedForward, embedding]],
  ];
  return Object.fromEntries([
    ["token_embd.weight", [embedding, vocabularySize]],
    ["output_norm.weight", [embedding]],
    ["output.weight", [embedding, vocabularySize]],
    ...Array.from({ length: layers }, (_, at) => layer(at)).flat(),
  ]);
}

function valuesOf(pieces: readonly Piece[]): Buffer[] {
  return [
    value("general.architecture", 8, string("llama")),
    value("general.name", 8, string("tiny")),
    value("llama.context_length", 4, u32(contextTokens)),
    value("llama.embedding_length", 4, u32(embedding)),
    value("llama.block_count", 4, u32(layers)),
    value("llama.feed_forward_length", 4, u32(feedForward)),
    value("llama.attention.head_count", 4, u32(heads)),
    value("llama.attention.head_count_kv", 4, u32(heads)),
    value("llama.attention.layer_norm_rms_epsilon", 6, f32(1e-5)),
    value("llama.rope.dimension_count", 4, u32(embedding / heads)),
    value("tokenizer.ggml.model", 8, string("llama")),
    value(
      "tokenizer.ggml.tokens",
      9,
      array(
        8,
        pieces.map(({ text }) => string(text)),
      ),
    ),
    // Longer pieces first.
    value(
      "tokenizer.ggml.scores",
      9,
      array(
        6,
        pieces.map(({ text }) => f32(text.length)),
      ),
    ),
    value(
      "tokenizer.ggml.token_type",
      9,
      array(
        5,
        pieces.map(({ kind }) => u32(kind)),
      ),
    ),
    value("tokenizer.ggml.unknown_token_id", 4, u32(0)),
    value("tokenizer.ggml.bos_token_id", 4, u32(1)),
    value("tokenizer.ggml.eos_token_id", 4, u32(2)),
    value("tokenizer.chat_template", 8, string(chatTemplate)),
  ];
}

function weightsOf(name: string, shape: readonly number[]): Buffer {
  const size = shape.reduce((product, one) => product * one, 1);
  if (name.endsWith("norm.weight")) return floats(new Array(size).fill(1));
  let state = [...name].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) >>> 0, 7);
  const numbers = Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 0.5;
  });
  return floats(numbers);
}

function value(key: string, type: number, bytes: Buffer): Buffer {
  return Buffer.concat([string(key), u32(type), bytes]);
}

function array(type: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(type), u64(items.length), ...items]);
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function u64(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
}

function f32(number: number): Buffer {
  return floats([number]);
}

function floats(numbers: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(numbers).buffer);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}
