import type { BaselineReport, CollectionReport, SizeReport, SuiteReport } from "../suite_report.ts";

/** Options of {@link testReport}. */
export interface TestReportOptions {
  /** What was scored. */
  subject?: string;
  /** Added to every query's score: a model that is better or worse. */
  shift?: number;
}

/** How many queries or pairs a collection has. */
const ITEMS = 40;

/**
 * A small report with all that a report can hold: two retrieval collections with BM25, quantised vectors and worst
 * queries, and one of pairs; scores are written down, not measured.
 *
 * @param options {@link TestReportOptions}
 */
export function testReport({ subject = "runs/small", shift = 0 }: TestReportOptions = {}): SuiteReport {
  const collections = [
    retrieval("letters", 0.4 + shift),
    retrieval("words", 0.6 + shift),
    pairs(),
  ];
  const [letters, words] = collections;
  const metric = "cosine_ndcg@10";
  const mean = (a: SizeReport, b: SizeReport): SizeReport => ({
    size: a.size,
    bytes: a.bytes,
    metrics: { [metric]: (Number(a.metrics[metric]) + Number(b.metrics[metric])) / 2 },
  });
  return {
    subject,
    sizes: [2, 4],
    collections,
    means: [{
      benchmark: "Small",
      kind: "retrieval",
      mainMetric: metric,
      collections: 2,
      sizes: letters.sizes.map((one, s) => mean(one, words.sizes[s])),
      quantized: letters.quantized!.map((one, q) => ({
        ...one,
        ...mean(one, words.quantized![q]),
        items: undefined,
      })),
      baselines: [{ name: "bm25", mainMetric: "bm25_ndcg@10", metrics: { "bm25_ndcg@10": 0.5 } }],
    }],
    texts: 300,
    textsPerSecond: 1000,
    seconds: 0.3,
  };
}

/** Scores of 40 queries around a mean: many 0 and 1, as NDCG has them. */
function scores(mean: number): number[] {
  return Array.from({ length: ITEMS }, (_, i) => Math.min(1, Math.max(0, mean + ((i * 7) % 11 - 5) / 8)));
}

function sizeOf(size: number, mean: number): SizeReport {
  const values = scores(mean);
  const average = values.reduce((sum, value) => sum + value, 0) / ITEMS;
  return {
    size,
    bytes: 4 * size,
    metrics: { "cosine_ndcg@10": average, "cosine_mrr@10": average / 2 },
    items: { kind: "mean", values: { "cosine_ndcg@10": values } },
  };
}

function retrieval(name: string, mean: number): CollectionReport {
  const own = scores(mean - 0.1);
  const bm25: BaselineReport = {
    name: "bm25",
    mainMetric: "bm25_ndcg@10",
    metrics: { "bm25_ndcg@10": own.reduce((sum, value) => sum + value, 0) / ITEMS },
    items: { kind: "mean", values: { "bm25_ndcg@10": own } },
  };
  return {
    name,
    benchmark: "Small",
    kind: "retrieval",
    mainMetric: "cosine_ndcg@10",
    counts: { queries: ITEMS, documents: 100 },
    sizes: [sizeOf(2, mean - 0.2), sizeOf(4, mean)],
    quantized: [
      { ...sizeOf(2, mean - 0.3), bytes: 1, precision: "binary", rescored: false },
      { ...sizeOf(4, mean - 0.1), bytes: 1, precision: "binary", rescored: true },
    ],
    baselines: [bm25],
    items: { unit: "query", ids: Array.from({ length: ITEMS }, (_, i) => `q${i}`) },
    worst: [{
      id: "q1",
      text: "what is a <script>lathe</script>?",
      score: 0,
      found: [{ id: "d7", text: "a mill", rank: 1, similarity: 0.5, relevant: false }],
      expected: [{ id: "d3", text: "a machine that turns", rank: null, similarity: null, relevant: true }],
    }],
    notes: name === "words" ? ["1 of 41 queries have no relevant document and do not count"] : [],
    texts: 140,
    encodeSeconds: 0.1,
    seconds: 0.1,
  };
}

function pairs(): CollectionReport {
  const gold = Array.from({ length: ITEMS }, (_, i) => i % 6);
  const sizeOfPairs = (size: number, noise: number): SizeReport => {
    const cosine = gold.map((score, i) => score + noise * (((i * 5) % 7) - 3));
    const similarities = { cosine, dot: cosine, euclidean: cosine, manhattan: cosine };
    return {
      size,
      bytes: 4 * size,
      metrics: { spearman_cosine: 1 - noise / 4 },
      items: { kind: "similarity", similarities },
    };
  };
  return {
    name: "pairs",
    benchmark: "Pairs",
    kind: "similarity",
    mainMetric: "spearman_cosine",
    counts: { pairs: ITEMS },
    sizes: [sizeOfPairs(2, 1), sizeOfPairs(4, 0.5)],
    baselines: [],
    items: { unit: "pair", ids: gold.map((_, i) => String(i)), gold },
    notes: [],
    texts: 80,
    encodeSeconds: 0.1,
    seconds: 0.1,
  };
}
