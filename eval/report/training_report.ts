/** What was logged of some steps of a training. */
export interface TrainingLog {
  /** Tag of the union. */
  kind: "train";
  /** Steps done. */
  step: number;
  /** Mean loss since the last record. */
  loss: number;
  /** Learning rate. */
  learningRate: number;
  /** Global norm of the gradient, before clipping. */
  gradientNorm: number;
  /** Pairs a second since the last record. */
  pairsPerSecond: number;
}

/** What an evaluation found during a training. */
export interface ScoresLog {
  /** Tag of the union. */
  kind: "evaluation";
  /** Steps done. */
  step: number;
  /** How many columns counted. */
  size: number;
  /** Scores by collection and metric; null where undefined. */
  scores: Readonly<Record<string, number | null>>;
}

/** A record of a run's `metrics.jsonl`. */
export type TrainingRecord = TrainingLog | ScoresLog;

/** Options of {@link trainingReport}. */
export interface TrainingReportOptions {
  /** Title of the page. */
  title: string;
  /** How many steps there will be. @default unknown */
  totalSteps?: number;
  /**
   * After how many seconds the page reads itself anew; null for a run that has ended.
   * @default 10
   */
  refreshSeconds?: number | null;
  /** Sentences about the run: recipe, machine. @default none */
  facts?: readonly string[];
}

/**
 * A training as one HTML file: loss, learning rate, norm of the gradient, pairs a second and scores over steps. While
 * the run goes on it is written anew as often as one likes and reads itself anew; that can be switched off, and waits
 * while a table is open. It needs no network.
 *
 * @param records what was logged so far, in the order of the steps
 * @param options {@link TrainingReportOptions}
 */
export async function trainingReport(
  records: readonly TrainingRecord[],
  options: TrainingReportOptions,
): Promise<string> {
  const { trainingPage } = await import("./_training_page.ts"); // the chart library takes a tenth of a second to load
  return trainingPage(records, options);
}
