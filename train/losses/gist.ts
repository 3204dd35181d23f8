import {
  abs,
  add,
  and,
  concat,
  diagonalMask,
  diagonalOf,
  greater,
  logSumExp,
  mul,
  not,
  reduceMean,
  sub,
  type Value,
  withGradientOf,
} from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/** The options that GIST and its cached form share. */
export interface GistOptions {
  /** The model that tells which negatives are false: a folder or `hf://models/OWNER/NAME`. */
  guide: string;
  /** What the cosines are divided by, above 0. */
  temperature: number;
  /** Whether the margin is a difference of cosines or a share of the positive's cosine. */
  marginStrategy: "absolute" | "relative";
  /** A negative is left out if its cosine is above the positive's minus the margin, by the guide; 0 or more. */
  margin: number;
  /** Whether other anchors compete. */
  contrastAnchors: boolean;
  /** Whether positives compete with each other. */
  contrastPositives: boolean;
}

/**
 * GIST: MultipleNegativesRanking without the negatives that a guide model takes for positives.
 *
 * Formula: L = 1/n sum_i [ log Z_i - cos(a_i, p_i) / T ], Z_i = the sum of exp(cos / T) over (a_i, p_j), (a_i, a_j),
 * (p_i, p_j) and (a_i, n_j), without those whose cosine by the guide is above t_i - margin (absolute) or
 * t_i - margin |t_i| (relative), t_i = the guide's cosine of a_i and p_i. The positive itself always counts, and no
 * text competes with itself.
 *
 * Columns: (anchor, positive), (anchor, positive, negative) or (anchor, positive, negative_1 .. negative_n).
 *
 * Reference: Solatorio 2024, "GISTEmbed: Guided In-sample Selection of Training Negatives for Text Embedding
 * Fine-tuning"; the margins: de Souza P. Moreira et al. 2024, "NV-Retriever". `GISTEmbedLoss` of Sentence Transformers,
 * which refuses it for static embeddings.
 */
export interface GistSpec extends GistOptions {
  /** Which loss. */
  kind: "gist";
}

/** Columns that GIST needs. */
export const GIST_NEEDS: LossRequirements = {
  minColumns: 2,
  maxColumns: Infinity,
  labels: false,
  guide: true,
  columns: "(anchor, positive) or (anchor, positive, negative, ...)",
};

/**
 * Appends {@link GistSpec}'s formula. The guide's matrices do not depend on the Matryoshka size, so all sizes share
 * them.
 *
 * @throws {TypeError} if there are no guide vectors
 */
export function gistLoss(spec: GistOptions, { columns, guides, all }: LossInputs): Value {
  if (guides === undefined) {
    throw new TypeError("Cannot build the loss gist: there are no guide vectors; set guideDim");
  }
  const scale = 1 / spec.temperature;
  const [anchor, positive] = columns;
  const [guideAnchor, guidePositive] = guides;
  const [anchors, positives, ...negatives] = all?.columns ?? columns;
  const [guideAnchors, guidePositives, ...guideNegatives] = all?.guides ?? guides;
  const firstRow = all?.firstRow;
  const threshold = thresholdOf(diagonalOf(guideAnchor.cosines(guidePositives), firstRow), spec);
  const partition = ([a, b]: Pair, [x, y]: Pair, own: OwnPair): Value =>
    logSumExp(a.cosines(b, scale), excludedPairs(x.cosines(y), threshold, { own, firstRow }));
  const parts = [partition([anchor, positives], [guideAnchor, guidePositives], "kept")];
  if (spec.contrastAnchors) parts.push(partition([anchor, anchors], [guideAnchor, guideAnchors], "excluded"));
  if (spec.contrastPositives) {
    parts.push(partition([positive, positives], [guidePositive, guidePositives], "excluded"));
  }
  negatives.forEach((negative, i) =>
    parts.push(partition([anchor, negative], [guideAnchor, guideNegatives[i]], "like others"))
  );
  const own = withGradientOf(
    diagonalOf(anchor.cosines(positives, scale), firstRow),
    anchor.rowCosines(positive, scale),
  );
  return reduceMean(sub(logSumExp(concat(parts, 1)), own));
}

/** Rows and what they compete with. */
type Pair = readonly [Embedding, Embedding];

/** What becomes of the pairs on the diagonal. */
type OwnPair = "kept" | "excluded" | "like others";

function thresholdOf(own: Value, { marginStrategy, margin }: GistOptions): Value {
  return sub(own, marginStrategy === "absolute" ? margin : mul(abs(own), margin));
}

/** Rounding of a cosine in float32: a text that occurs twice ties with itself and stays, on every machine. */
const ROUNDING = 1e-6;

function excludedPairs(
  guided: Value,
  threshold: Value,
  { own, firstRow }: { own: OwnPair; firstRow: Value | undefined },
): Value {
  const excluded = greater(guided, add(threshold, ROUNDING));
  if (own === "like others") return excluded;
  const diagonal = diagonalMask(guided, firstRow);
  if (own === "kept") return and(excluded, not(diagonal));
  return not(and(not(excluded), not(diagonal))); // WebGPU has no Or.
}
