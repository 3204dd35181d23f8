import { Kernels } from "../kernels/mod.ts";
import type { Encoder } from "../model/mod.ts";
import { encodeChunks, type EncodingProgress, stopwatch } from "./_encode_chunks.ts";
import { scoreBm25, scoreRetrieval } from "./_score_retrieval.ts";
import { scoreVectors } from "./_score_vectors.ts";
import type { Scored, ScoringTask } from "./_scored.ts";
import { kernelArithmetic } from "./arithmetic.ts";
import { collectionTexts, type EvaluationCollection } from "./collection.ts";
import { judge } from "./judgments.ts";
import { suiteMeans } from "./suite_means.ts";
import type { BaselineReport, CollectionReport, QuantizedReport, SuiteReport } from "./suite_report.ts";

/** What a suite scores. */
export interface Subject {
  /** Name in the report. */
  name: string;
  /** Turns texts into vectors. */
  encoder: Encoder;
}

/** How far a suite has come. */
export interface SuiteProgress {
  /** Collection that is being scored. */
  collection: string;
  /** Texts of the suite encoded so far. */
  texts: number;
  /** Texts of the suite in all: those of the encoders among the baselines count, too. */
  totalTexts: number;
}

/** Options of {@link evaluateSuite}. */
export interface SuiteOptions {
  /**
   * Sizes to score: how many of the first columns count.
   * @default the encoder's full size
   */
  truncate?: readonly number[];
  /**
   * What to score beside the encoder: BM25 on retrieval collections, other encoders on all, at those sizes they have.
   * @default []
   */
  baselines?: readonly ("bm25" | Subject)[];
  /**
   * Precisions of stored vectors to score beside float32, where something is compared.
   * @default []
   */
  precisions?: readonly QuantizedReport["precision"][];
  /**
   * Whether the report holds what the scores are made of, item by item.
   * @default false
   */
  perItem?: boolean;
  /**
   * How many of the worst queries of every retrieval collection the report holds, with what was found instead.
   * @default 0
   */
  worst?: number;
  /**
   * Whether the worst queries come with their texts and those of the documents.
   * @default false
   */
  worstTexts?: boolean;
  /**
   * Threads that compare vectors, this one included.
   * @default as many as the machine has cores
   */
  threads?: number;
  /** Called after every chunk of texts. */
  onProgress?: (progress: SuiteProgress) => void;
  /** Milliseconds from any fixed moment, such as `() => performance.now()`. Without it the report has no times. */
  clock?: () => number;
}

/** What all collections of one suite share. */
interface SuiteRun {
  subject: Subject;
  options: SuiteOptions;
  kernels: Kernels;
  progress: EncodingProgress;
}

/**
 * Scores an encoder on any number of collections at any number of sizes. Every text is encoded once, in chunks;
 * document vectors are ranked and dropped chunk by chunk, so memory holds the texts, one chunk of vectors and the
 * best documents of every query.
 *
 * @param subject what is scored
 * @param collections what it is scored on; see {@link loadEvaluations}
 * @param options {@link SuiteOptions}
 * @returns the report, as plain JSON
 * @throws RangeError when a size is larger than the vectors, a vector is not finite, or a collection cannot be scored
 */
export async function evaluateSuite(
  subject: Subject,
  collections: readonly EvaluationCollection[],
  options: SuiteOptions = {},
): Promise<SuiteReport> {
  const { clock, onProgress } = options;
  const encoders = 1 + (options.baselines ?? []).filter((baseline) => baseline !== "bm25").length;
  const totalTexts = encoders * collections.reduce((sum, collection) => sum + textCount(collection), 0);
  const progress: EncodingProgress = { texts: 0, totalTexts, clock, onProgress };
  const watch = stopwatch(clock);
  using kernels = await Kernels.start({ threads: options.threads });
  const reports: CollectionReport[] = [];
  for (const collection of collections) {
    reports.push(await scoreCollection(collection, { subject, options, kernels, progress }));
  }
  const texts = reports.reduce((sum, report) => sum + report.texts, 0);
  const encodeSeconds = reports.reduce((sum, report) => sum + (report.encodeSeconds ?? 0), 0);
  return {
    subject: subject.name,
    sizes: [...new Set(reports.flatMap(({ sizes }) => sizes.map(({ size }) => size)))].sort((a, b) => a - b),
    collections: reports,
    means: suiteMeans(reports),
    texts,
    textsPerSecond: clock && encodeSeconds > 0 ? texts / encodeSeconds : null,
    seconds: watch(),
  };
}

async function scoreCollection(collection: EvaluationCollection, run: SuiteRun): Promise<CollectionReport> {
  const watch = stopwatch(run.options.clock);
  const { name, kind, notes = [] } = collection;
  const own = await scoreEncoder(collection, run.subject, run);
  const baselines: BaselineReport[] = [];
  for (const baseline of run.options.baselines ?? []) {
    if (baseline !== "bm25") baselines.push(await scoreBaseline(collection, baseline, run));
    else if (collection.kind === "retrieval") baselines.push(scoreBm25(collection, own.task));
  }
  return {
    name,
    benchmark: collection.benchmark ?? kind,
    kind,
    ...own.scored,
    baselines,
    notes: [...notes, ...own.scored.notes],
    texts: own.task.encoding.texts(),
    encodeSeconds: own.task.encoding.seconds(),
    seconds: watch(),
  };
}

async function scoreBaseline(
  collection: EvaluationCollection,
  baseline: Subject,
  run: SuiteRun,
): Promise<BaselineReport> {
  const { scored: { mainMetric, sizes } } = await scoreEncoder(collection, baseline, run);
  const { metrics, items } = sizes[sizes.length - 1];
  return { name: baseline.name, mainMetric, metrics, ...(items ? { items } : {}), sizes };
}

async function scoreEncoder(
  collection: EvaluationCollection,
  { encoder }: Subject,
  { subject, options, kernels, progress }: SuiteRun,
): Promise<{ scored: Scored; task: ScoringTask }> {
  const isBaseline = encoder !== subject.encoder;
  const mark = kernels.memory.mark();
  const task: ScoringTask = {
    encoding: encodeChunks(encoder, collection.name, progress),
    arithmetic: kernelArithmetic(kernels),
    truncate: options.truncate,
    lenient: isBaseline,
    precisions: isBaseline ? [] : options.precisions ?? [],
    perItem: options.perItem === true,
    worst: { count: isBaseline ? 0 : options.worst ?? 0, texts: options.worstTexts === true },
  };
  try {
    const scored = collection.kind === "retrieval"
      ? await scoreRetrieval(collection, task)
      : await scoreVectors(collection, task);
    return { scored, task };
  } finally {
    kernels.memory.release(mark);
  }
}

function textCount(collection: EvaluationCollection): number {
  if (collection.kind !== "retrieval") return collectionTexts(collection).length;
  return collection.documentTexts.length + judge(collection, collection.name).queries.length;
}
