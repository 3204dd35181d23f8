import { type Graph, serializeGraph } from "../graph/mod.ts";
import { writeFully } from "./_new_folder.ts";
import { bagGraph } from "./bag_graph.ts";
import type { ModelSource } from "./model_source.ts";
import { paddedGraph } from "./padded_graph.ts";
import type { Precision } from "./precision.ts";

/** Larger files than this no reader of protocol buffers takes. */
const LARGEST_FILE = 2 ** 31 - 1;

/** Names of the graph's file, as transformers.js looks for them by its `dtype`. */
const GRAPH_NAMES: Readonly<Record<Precision, string>> = {
  float32: "model.onnx",
  float16: "model_fp16.onnx",
  int8: "model_quantized.onnx",
};

/** Its `dtype` by precision. */
const DTYPES: Readonly<Record<Precision, string>> = { float32: "fp32", float16: "fp16", int8: "q8" };

/** transformers.js warns of kinds that it does not know, and runs every encoder of one graph alike. */
const ENCODER = { model_type: "bert", architectures: ["BertModel"] };

/** A bag model: `model.onnx`, `tokenizer.json`, `config.json`. */
export async function writeBagFolder(
  folder: string,
  source: ModelSource,
  precision: Precision,
): Promise<void> {
  await writeFully(folder, "model.onnx", graphBytes(bagGraph(source, precision), source));
  await writeFully(folder, "tokenizer.json", source.tokenizerJson);
  await writeFully(folder, "config.json", json(configOf(source)));
}

/** A padded model in the layout of transformers.js. */
export async function writeTransformersJsFolder(
  folder: string,
  source: ModelSource,
  precision: Precision,
): Promise<void> {
  const bytes = graphBytes(paddedGraph(source, precision), source);
  await writeFully(folder, `onnx/${GRAPH_NAMES[precision]}`, bytes);
  await writeFully(folder, "tokenizer.json", source.tokenizerJson);
  await writeFully(folder, "tokenizer_config.json", json(tokenizerConfig(source)));
  await writeFully(
    folder,
    "config.json",
    json({ ...configOf(source), ...ENCODER, "transformers.js_config": { dtype: DTYPES[precision] } }),
  );
}

function graphBytes(graph: Graph, { table, normalize }: ModelSource): Uint8Array<ArrayBuffer> {
  if (table.byteLength > LARGEST_FILE) {
    throw new RangeError(
      `Cannot export the graph ${graph.name}: the table has ${table.byteLength} bytes and an ONNX file holds ` +
        `${LARGEST_FILE}; truncate it`,
    );
  }
  const ending = normalize ? ", L2-normalised" : "";
  return serializeGraph(graph, { description: `Static embeddings: the mean of the tokens' rows${ending}.` });
}

function configOf({ dim, vocabSize, normalize }: ModelSource): Record<string, unknown> {
  return {
    model_type: "model2vec",
    architectures: ["StaticModel"],
    hidden_size: dim,
    hidden_dim: dim,
    vocab_size: vocabSize,
    normalize,
  };
}

/** Padding may be any token: the mask takes it out. Texts have no longest length. */
function tokenizerConfig({ tokenizerJson, unknown }: ModelSource): Record<string, unknown> {
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    model_max_length: Number.MAX_SAFE_INTEGER,
    pad_token: unknown?.token ?? firstToken(tokenizerJson),
    ...(unknown === undefined ? {} : { unk_token: unknown.token }),
  };
}

function firstToken(tokenizerJson: string): string | undefined {
  const { model } = JSON.parse(tokenizerJson) as {
    model: { vocab: Record<string, number> | [string, number][] };
  };
  return Array.isArray(model.vocab) ? model.vocab[0]?.[0] : Object.keys(model.vocab)[0];
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2) + "\n";
}
