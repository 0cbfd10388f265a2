// Writes a tiny embedding model as transformers.js loads it: a tokenizer of a few hundred word pieces, and an ONNX graph that looks each of
// them up in a table of fixed random vectors. With mean pooling the nearness of two texts is how many pieces they share, so that a ranking
// means something. About 100 kB; the same bytes each time.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { integer, message, text } from "./protobuf.ts";

export const tinyOnnxDimensions = 64;

const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const words =
  "add adds subtract multiply divide parse parser read reads write writes file files path line lines text token tokens user password login session order orders price total invoice email send retry timeout cache index search query rank score return function class def import from self test error value values list name number calculator discount shipping upload download compress image thumbnail".split(
    " ",
  );

function vocabulary(): string[] {
  const characters = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
  const marks = [..."_.,:;()[]{}<>=+-*/%!?\"'#@&|\\$^~`"];
  return [...special, ...words, ...characters, ...marks, ...[...characters, "_"].map((piece) => `##${piece}`)];
}

/** `folder` is made; its last part is the model's name. */
export async function writeTinyOnnxModel(folder: string): Promise<void> {
  const tokens = vocabulary();
  await mkdir(join(folder, "onnx"), { recursive: true });
  const json = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  await json("config.json", { model_type: "bert", architectures: ["BertModel"], hidden_size: tinyOnnxDimensions });
  await json("tokenizer_config.json", { tokenizer_class: "BertTokenizer", model_max_length: 256, do_lower_case: true });
  await json("tokenizer.json", tokenizer(tokens));
  await writeFile(join(folder, "onnx", "model.onnx"), model(tokens.length));
}

function tokenizer(tokens: readonly string[]): unknown {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const added = special.map((content, id) => ({
    ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  }));
  return {
    ...{ version: "1.0", truncation: null, padding: null, added_tokens: added },
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [
        { SpecialToken: { id: "[CLS]", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "[SEP]", type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

const float = 1;
const int64 = 7;

/** last_hidden_state = table[input_ids]. */
function model(rows: number): Uint8Array {
  const table = message(
    5,
    integer(1, rows),
    integer(1, tinyOnnxDimensions),
    integer(2, float),
    text(8, "table"),
    message(9, new Uint8Array(randomTable(rows).buffer)),
  );
  const node = message(1, text(1, "table"), text(1, "input_ids"), text(2, "last_hidden_state"), text(4, "Gather"));
  const graph = message(
    7,
    node,
    text(2, "tiny"),
    table,
    value(11, "input_ids", int64, ["batch", "sequence"]),
    value(11, "attention_mask", int64, ["batch", "sequence"]),
    value(12, "last_hidden_state", float, ["batch", "sequence", tinyOnnxDimensions]),
  );
  return Buffer.concat([integer(1, 8), text(2, "outpost"), graph, message(8, text(1, ""), integer(2, 13))]);
}

function value(field: number, name: string, type: number, shape: readonly (string | number)[]): Uint8Array {
  const dimensions = shape.map((size) => message(1, typeof size === "string" ? text(2, size) : integer(1, size)));
  return message(field, text(1, name), message(2, message(1, integer(1, type), message(2, ...dimensions))));
}

/** Words weigh more than single characters; marks and special pieces next to nothing. */
function randomTable(rows: number): Float32Array {
  const tokens = vocabulary();
  let state = 12_345;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Float32Array.from({ length: rows * tinyOnnxDimensions }, (_, at) => {
    const token = tokens[Math.floor(at / tinyOnnxDimensions)] ?? "";
    const weight = words.includes(token) ? 4 : /^(?:##)?[a-z0-9]$/.test(token) ? 0.4 : 0.02;
    return next() * weight;
  });
}
