import { join } from "node:path";
import {
  add,
  cast,
  div,
  gatherRows,
  Graph,
  mul,
  reduceSum,
  serializeGraph,
  unsqueeze,
} from "../graph/mod.ts";

/** For tests: the vocabulary of the teacher, in the order of its ids. */
export const TOKENS = [
  "[PAD]",
  "[UNK]",
  "[CLS]",
  "[SEP]",
  "[unused0]",
  "cat",
  "dog",
  "bird",
  "##s",
  "un",
  "##cat",
];

/** For tests: numbers of a vector. */
export const DIM = 4;

/** For tests: what a teacher may be made of besides what is right. */
export interface TestTeacherOptions {
  /** Inputs of the graph. @default input_ids, attention_mask */
  inputs?: readonly string[];
  /** Element type of the inputs. @default "int64" */
  inputType?: "int64" | "int32";
  /** Name of the output. @default "last_hidden_state" */
  output?: string;
  /** Whether the graph gives one vector a text. @default false */
  pooled?: boolean;
  /** Rows of the token table. @default as many as there are tokens */
  rows?: number;
  /** Token whose row is not a number. */
  broken?: string;
  /** More files, or other contents of those there are: name to text. */
  files?: Record<string, string>;
}

/** For tests: row of a token before it has seen its neighbours, float32 [DIM]. */
export function tokenRow(id: number): number[] {
  return Array.from({ length: DIM }, (_, i) => Math.fround(Math.sin(1 + id * DIM + i)));
}

/** For tests: vectors of a text's tokens, each its own row plus the mean of all rows, as the graph computes them. */
export function tokenVectors(ids: readonly number[]): number[][] {
  const rows = ids.map(tokenRow);
  const mean = Array.from(
    { length: DIM },
    (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length,
  );
  return rows.map((row) => row.map((value, i) => value + mean[i]));
}

/** For tests: runs with the folder of a small teacher, which is removed afterwards. */
export async function withTestTeacher(
  use: (folder: string) => Promise<void>,
  options: TestTeacherOptions = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "onnx"));
    await Deno.mkdir(join(folder, "1_Pooling"));
    await Deno.writeFile(join(folder, "onnx/model.onnx"), teacherGraph(options));
    const files = { ...FILES, "tokenizer.json": JSON.stringify(testTokenizer()), ...options.files };
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const FILES = {
  "modules.json": JSON.stringify([
    { idx: 0, name: "0", path: "", type: "sentence_transformers.models.Transformer" },
    { idx: 1, name: "1", path: "1_Pooling", type: "sentence_transformers.models.Pooling" },
  ]),
  "1_Pooling/config.json": JSON.stringify({ word_embedding_dimension: DIM, pooling_mode_mean_tokens: true }),
  "sentence_bert_config.json": JSON.stringify({ max_seq_length: 6, do_lower_case: false }),
  "config_sentence_transformers.json": JSON.stringify({
    prompts: { query: "bird ", document: "" },
    default_prompt_name: null,
  }),
};

/** For tests: the teacher's tokenizer.json. */
export function testTokenizer(): Record<string, unknown> {
  const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({ id, content, ...flags })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
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
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
    },
  };
}

function teacherGraph(options: TestTeacherOptions): Uint8Array<ArrayBuffer> {
  const { inputType = "int64", rows = TOKENS.length, broken, pooled = false } = options;
  const graph = new Graph("teacher");
  const names = options.inputs ?? ["input_ids", "attention_mask"];
  const [ids, mask = ids] = names.map((name) => graph.input(name, inputType, ["batch", "length"]));
  const table = Float32Array.from({ length: rows * DIM }, (_, i) => tokenRow(Math.floor(i / DIM))[i % DIM]);
  if (broken !== undefined) table[TOKENS.indexOf(broken) * DIM] = NaN;
  const own = gatherRows(graph.constant(table, [rows, DIM]), ids);
  const counted = unsqueeze(cast(mask, "float32"), [2]);
  const mean = div(
    reduceSum(mul(own, counted), [1], { keep: true }),
    reduceSum(counted, [1], { keep: true }),
  );
  graph.output(options.output ?? "last_hidden_state", pooled ? reduceSum(mean, [1]) : add(own, mean));
  return serializeGraph(graph);
}
