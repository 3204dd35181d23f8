/**
 * `deno task bench [NAME]`: runs one measurement, or lists them. Each is a file of this folder that prints its figures;
 * every claim about speed is a ratio inside one run.
 */
const BENCHES: Readonly<Record<string, string>> = {
  step: "one training step at the size of the reference recipe: kernels against whole ONNX graphs",
  losses: "each loss as a ratio to MultipleNegativesRanking",
  large_batch: "a loss in chunks over large batches: time and memory (large_batch [PAIRS [CHUNK]])",
  curve: "no measurement: draws the truncation curve of a finished run (curve RUN FILE.svg [TITLE])",
  sampling: "sampling without duplicates from 1 to 20 million pairs, and its memory (sampling [PAIRS])",
  serve: "the server under load (serve [TEXTS [DIMENSIONS [base64|float]]])",
  distill: "a whole distillation, and the PCA of a large table beside its bare product",
  ranking: "exact search at six sizes over the largest alone (ranking large: five million documents)",
  prepare: "token ids a second, where the time goes, and memory (prepare [MILLION PAIRS])",
  tokenize: "tokenizing by the kernels against the WASM engine alone",
  encode:
    "text in, vectors out: stages, types, latency, start, beside the memory bandwidth (encode [THREADS])",
};

const [name, ...rest] = Deno.args;
if (name === undefined || !Object.hasOwn(BENCHES, name)) {
  for (const [each, does] of Object.entries(BENCHES)) {
    console.log(`deno task bench ${each.padEnd(11)} ${does}`);
  }
  Deno.exit(name === undefined ? 0 : 2);
}
const { main } = await import(`./${name}.ts`) as { main: (args: readonly string[]) => Promise<void> };
await main(rest);
