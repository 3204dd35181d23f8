import { buildWordPieceTokenizer, loadTokenizer, type Tokenizer } from "../text/mod.ts";
import type { ModelFiles } from "./model_files.ts";

/** For tests: texts of 0 to 60 words of which some have accents and some are Chinese, always the same. */
export function someTexts(count: number): string[] {
  const words = Array.from({ length: 1000 }, (_, i) => {
    const word = (i * 7919).toString(26).replace(/[0-9]/g, (digit) => "aeioustrlé"[Number(digit)]);
    return i % 97 === 0 ? "東京" : word;
  });
  return Array.from({ length: count }, (_, i) => {
    const length = (i * 37) % 61;
    const chosen = Array.from({ length }, (_, j) => words[(i * 131 + j * j * 17) % 1000]);
    return chosen.join(i % 5 === 0 ? ", " : " ");
  });
}

/** For tests: a tokenizer of BERT's kind for {@link someTexts}. */
export function thousandWordsJson(): string {
  return buildWordPieceTokenizer(someTexts(200), { vocabSize: 700 });
}

/** For tests: the same, loaded. */
export async function thousandWords(): Promise<Tokenizer> {
  return await loadTokenizer(thousandWordsJson(), "thousand words");
}

/** For tests: a float32 table for {@link thousandWords}, of numbers between -1 and 1. */
export function thousandRows(dim: number): Float32Array {
  return Float32Array.from({ length: 700 * dim }, (_, i) => Math.sin(i * 12.9898));
}

/** For tests: the files of a model, made without a folder. */
export function modelInMemory(dim: number): ModelFiles {
  const table = thousandRows(dim);
  const header = JSON.stringify({
    embeddings: { dtype: "F32", shape: [700, dim], data_offsets: [0, table.byteLength] },
  });
  const text = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const bytes = new Uint8Array(8 + text.length + table.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(new Uint8Array(table.buffer), 8 + text.length);
  return {
    "model.safetensors": bytes,
    "tokenizer.json": new TextEncoder().encode(thousandWordsJson()),
    "modules.json": new TextEncoder().encode('[{"idx":0,"name":"0","path":"","type":"x.StaticEmbedding"}]'),
  };
}
