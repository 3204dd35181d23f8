import type { Encoder, Matrix } from "../model/mod.ts";

/** How far the encoding of a suite has come; `texts` counts up. */
export interface EncodingProgress {
  /** Texts encoded so far, whoever encoded them. */
  texts: number;
  /** Texts to encode in all. */
  totalTexts: number;
  /** Milliseconds from any fixed moment. */
  clock?: () => number;
  onProgress?: (progress: { collection: string; texts: number; totalTexts: number }) => void;
}

/** Encodes the texts of one collection. */
export interface ChunkEncoder {
  /** The vectors of all texts. */
  all: (texts: readonly string[]) => Promise<Matrix>;
  /** The vectors chunk by chunk. */
  each: (texts: readonly string[], take: (chunk: Matrix) => void) => Promise<void>;
  /** Texts encoded so far. */
  texts: () => number;
  /** Seconds spent so far; null without a clock. */
  seconds: () => number | null;
}

/** Texts that are encoded at once: 2,048 vectors of 1,024 float32 are 8 MB. */
const CHUNK = 2048;

/** Encodes texts chunk by chunk, reports progress, and keeps the time. */
export function encodeChunks(
  encoder: Encoder,
  collection: string,
  progress: EncodingProgress,
): ChunkEncoder {
  const { clock } = progress;
  let milliseconds = 0;
  let count = 0;
  const each = async (texts: readonly string[], take: (chunk: Matrix) => void): Promise<void> => {
    for (let start = 0; start < texts.length; start += CHUNK) {
      const part = texts.slice(start, start + CHUNK);
      const began = clock?.() ?? 0;
      const chunk = await encoder(part);
      milliseconds += (clock?.() ?? 0) - began;
      count += part.length;
      progress.texts += part.length;
      progress.onProgress?.({ collection, texts: progress.texts, totalTexts: progress.totalTexts });
      take(chunk);
    }
  };
  const all = async (texts: readonly string[]): Promise<Matrix> => {
    const chunks: Matrix[] = [];
    await each(texts, (chunk) => chunks.push(chunk));
    return joined(chunks);
  };
  return { all, each, texts: () => count, seconds: () => (clock ? milliseconds / 1000 : null) };
}

function joined(chunks: readonly Matrix[]): Matrix {
  if (chunks.length === 1) return chunks[0];
  const columns = chunks[0]?.columns ?? 0;
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const data = new Float32Array(rows * columns);
  let at = 0;
  for (const chunk of chunks) {
    data.set(chunk.data, at);
    at += chunk.data.length;
  }
  return { data, rows, columns };
}

/** Starts a watch; without a clock it always shows null. */
export function stopwatch(clock: (() => number) | undefined): () => number | null {
  const start = clock?.() ?? 0;
  return () => (clock ? (clock() - start) / 1000 : null);
}
