/**
 * `deno task bench [NAME]`: runs one measurement, or lists them. Each is a file of this folder that prints its figures;
 * every claim about speed is a ratio inside one run.
 */
const BENCHES: Readonly<Record<string, string>> = {
  step: "one training step at the size of the reference recipe: kernels against whole ONNX graphs",
  multilingual_step: "the same step on a table of 105,879 rows beside one of 30,522",
  idle_rows: "the optimizer's pass over rows without gradient for long beside rows with one just before",
  gpu: "one training step on a GPU, against its limits and Sentence Transformers (gpu [DEVICE [PRECISION]])",
  losses: "each loss as a ratio to MultipleNegativesRanking",
  large_batch: "a loss in chunks over large batches: time and memory (large_batch [PAIRS [CHUNK]])",
  curve: "no measurement: draws the truncation curve of a finished run (curve RUN FILE.svg [TITLE])",
  sampling: "sampling without duplicates from 1 to 20 million pairs, and its memory (sampling [PAIRS])",
  serve: "the server under load (serve [TEXTS [DIMENSIONS [base64|float]]])",
  distill: "a whole distillation, and the PCA of a large table beside its bare product",
  mining: "mining negatives over the bare products (mining million: the memory of a million documents)",
  quality: "what each way to a better model brings, three seeds each (quality [METHOD;METHOD [SEED,SEED]])",
  ranking: "exact search at six sizes over the largest alone (ranking large: five million documents)",
  prepare: "token ids a second, where the time goes, and memory (prepare [MILLION PAIRS])",
  tokenize: "tokenizing by the kernels against the WASM engine alone",
  encode:
    "text in, vectors out: stages, types, latency, start, beside the memory bandwidth (encode [THREADS])",
};

const [name, ...rest] = Deno.args;
if (name === undefined || !Object.hasOwn(BENCHES, name)) {
  for (const [each, does] of Object.entries(BENCHES)) {
    console.log(`deno task bench ${each.padEnd(17)} ${does}`);
  }
  Deno.exit(name === undefined ? 0 : 2);
}
const { main } = await import(`./${name}.ts`) as { main: (args: readonly string[]) => Promise<void> };
await main(rest);
