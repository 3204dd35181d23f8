import {
  collectionTexts,
  evaluateSuite,
  type EvaluationCollection,
  type IntervalOptions,
  measureSpeed,
  type QuantizedReport,
  randomBaseline,
  type ReportSubject,
  scoreRows,
  type SpeedReport,
  type Subject,
} from "../eval/mod.ts";
import type { DeviceChoice } from "./_device_choice.ts";
import { type EvalModel, openEvalModel } from "./_eval_model.ts";
import { Progress } from "./_progress.ts";

/** How a model is scored. */
export interface SubjectOptions extends IntervalOptions {
  /** What it is called in reports. */
  name: string;
  /** Where transformers among the baselines run. */
  device: DeviceChoice;
  /** Sizes to score. */
  truncate: readonly number[];
  /** `bm25`, `random`, or models, by folder or address. */
  baselines: readonly string[];
  /** Precisions of stored vectors beside float32. */
  precisions: readonly QuantizedReport["precision"][];
  /** How many of the worst queries the report holds. */
  worst: number;
  /** Whether speed is measured, too. */
  speed: boolean;
}

/** Texts that speed is measured with. */
const SPEED_TEXTS = 2000;

/**
 * Scores a model, and measures how fast it is.
 *
 * @param model The model.
 * @param collections What it is scored on.
 * @param options How.
 */
export async function scoreSubject(
  model: EvalModel,
  collections: readonly EvaluationCollection[],
  options: SubjectOptions,
): Promise<ReportSubject> {
  const { name, truncate, precisions, worst, seed } = options;
  const models: EvalModel[] = [];
  const progress = new Progress({ unit: "texts" });
  try {
    const baselines = await openBaselines(model, options, models);
    const report = await evaluateSuite({ name, encoder: model.encoder() }, collections, {
      truncate,
      baselines,
      precisions,
      perItem: true,
      worst,
      worstTexts: true,
      clock: () => performance.now(),
      onProgress: ({ collection, texts, totalTexts }) =>
        progress.update(texts, { total: totalTexts, note: collection }),
    });
    const rows = scoreRows(report, { seed });
    return options.speed
      ? { report, rows, speed: await speedOf(model, collections, options) }
      : { report, rows };
  } finally {
    progress.finish();
    models.forEach((each) => each.dispose());
  }
}

/** Opens baselines; models that are opened for it are added to `out`. */
async function openBaselines(
  model: EvalModel,
  { baselines: names, device }: SubjectOptions,
  out: EvalModel[],
): Promise<("bm25" | Subject)[]> {
  const baselines: ("bm25" | Subject)[] = [];
  for (const name of names) {
    if (name === "bm25") baselines.push(name);
    else if (name === "random") baselines.push(randomBaseline(model.tokenizer, { dim: model.dim }));
    else {
      const other = await openEvalModel(name, device);
      out.push(other);
      baselines.push({ name, encoder: other.encoder() });
    }
  }
  return baselines;
}

async function speedOf(
  model: EvalModel,
  collections: readonly EvaluationCollection[],
  { truncate }: SubjectOptions,
): Promise<SpeedReport> {
  const all = collections.flatMap((collection) => [...collectionTexts(collection)]);
  const step = Math.max(1, all.length / SPEED_TEXTS);
  const texts = Array.from(
    { length: Math.min(all.length, SPEED_TEXTS) },
    (_, i) => all[Math.floor(i * step)],
  );
  const measured = await measureSpeed({
    encode: (some, size) => model.encode(some, size),
    texts,
    sizes: truncate,
    tokens: model.tokenizer.encodeAll(texts).ids.length,
  }, { clock: () => performance.now() });
  return {
    ...measured,
    modelBytes: await model.bytes(),
    startMilliseconds: await model.startMilliseconds(),
  };
}
