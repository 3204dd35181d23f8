import { add, type Graph, mul } from "../../graph/mod.ts";
import type { SharedFloats, SharedIntegers } from "../../kernels/mod.ts";
import type { StepTime } from "../step_time.ts";
import { ADAMW, adamwHyper, adamwStep, MOMENTS } from "./adamw.ts";
import type {
  FusedGradient,
  FusedOptimizer,
  FusedTables,
  OptimizerDefinition,
  OptimizerProblem,
} from "./optimizer.ts";

/**
 * AdamW over the whole table at the cost of the rows in use: what a row without gradient missed is made up when it is
 * next used, and for all rows when the table is read.
 *
 * A row whose last gradient came at step t0 has m_t = beta1^k m and v_t = beta2^k v, k = t - t0, so the steps it missed
 * add up to `p -= sum_t w_t m / (sqrt(v) s_t + epsilon)` with w_t = lr_t beta1^k / (1 - beta1^t) and
 * s_t = beta2^(k/2) / sqrt(1 - beta2^t). The terms of the earlier and of the later half of the weight are each replaced by
 * `C m / (sqrt(v) s + epsilon)` with C = sum w_t and s = C / sum(w_t / s_t), which is exact where epsilon is negligible
 * and where it dominates. Weight decay multiplies each term by the decays after it. The first `denseSteps` steps are
 * dense: in them s_t changes fastest. One group instead of two would err four times as much.
 */
export interface CaughtUpAdamWSpec {
  /** Which optimizer. */
  kind: "caughtUpAdamw";
  /** Decay of the moments, each in [0, 1). */
  betas: readonly [number, number];
  /** Added to the denominator, above 0. */
  epsilon: number;
  /** Weight decay, at least 0, times the learning rate. */
  weightDecay: number;
  /** Steps at the start that update every row. */
  denseSteps: number;
}

/** Terms whose weight beta1^k has fallen below this are left out: float32 does not see them. */
const NEGLIGIBLE = 1e-10;

/** Floats of one entry of coefficients. */
const ENTRY = 7;

/** Beside the moments, the step up to which each row is up to date. */
const STATE = { ...MOMENTS, last_steps: "rows" } as const;

/** AdamW with caught-up rows. As a graph it is dense AdamW, which is what it computes. */
export const CAUGHT_UP_ADAMW: OptimizerDefinition<CaughtUpAdamWSpec> = {
  state: () => STATE,
  scalars: (spec, time) => ({ ...adamwStep(spec, time), step: time.step }),
  buildGraph: buildDenseGraph,
  fuse: (spec, tables) => new CaughtUpRows(spec, tables),
};

/** Dense AdamW: after a step all rows are up to date. */
function buildDenseGraph(spec: CaughtUpAdamWSpec, problem: OptimizerProblem): Graph {
  const graph = ADAMW.buildGraph({ ...spec, kind: "adamw" }, problem);
  const lastSteps = graph.input("last_steps", "float32", ["vocab"]);
  graph.output("new_last_steps", add(mul(lastSteps, 0), graph.input("step", "float32", [])));
  return graph;
}

/** Several missed steps as one. */
export interface StepGroup {
  /** C. */
  sum: number;
  /** s. */
  root: number;
}

/** What the missed steps of a row come to. */
export interface CatchUpCoefficients {
  /** Factor of the row: all weight decays. */
  decay: number;
  /** C and s of the earlier and of the later steps. */
  groups: readonly [StepGroup, StepGroup];
  /** beta1^k. */
  first: number;
  /** beta2^k. */
  second: number;
}

/**
 * The coefficients of a row that is up to date after step `last` and is to be after step `now`.
 *
 * @param rateAt learning rate of a step, counted from 1
 */
export function catchUpCoefficients(
  spec: CaughtUpAdamWSpec,
  rateAt: (step: number) => number,
  { last, now }: { last: number; now: number },
): CatchUpCoefficients {
  const [beta1, beta2] = spec.betas;
  const decayOf = (t: number): number => 1 - rateAt(t) * spec.weightDecay;
  const terms: { weight: number; root: number }[] = [];
  let weight = 1;
  for (let t = last + 1; t <= now && weight > NEGLIGIBLE; t++) {
    weight *= beta1;
    const root = Math.sqrt(beta2 ** (t - last) / (1 - beta2 ** t));
    terms.push({ weight: rateAt(t) * weight / (1 - beta1 ** t), root });
  }
  let decay = 1;
  for (let t = now; t > last && spec.weightDecay > 0; t--) {
    const term = terms[t - last - 1];
    if (term !== undefined) term.weight *= decay;
    decay *= decayOf(t);
  }
  const half = terms.reduce((total, term) => total + term.weight, 0) / 2;
  let reached = 0;
  const split = terms.findIndex((term) => (reached += term.weight) >= half) + 1;
  const groups = [groupOf(terms.slice(0, split)), groupOf(terms.slice(split))] as const;
  return { decay, groups, first: beta1 ** (now - last), second: beta2 ** (now - last) };
}

function groupOf(terms: readonly { weight: number; root: number }[]): StepGroup {
  const sum = terms.reduce((total, term) => total + term.weight, 0);
  const inverse = terms.reduce((total, term) => total + term.weight / term.root, 0);
  return { sum, root: sum === 0 ? 1 : sum / inverse };
}

class CaughtUpRows implements FusedOptimizer {
  readonly #spec: CaughtUpAdamWSpec;
  readonly #tables: FusedTables;
  readonly #hyper: SharedFloats;
  readonly #catchUpHyper: SharedFloats;
  #coefficients: SharedFloats;

  constructor(spec: CaughtUpAdamWSpec, tables: FusedTables) {
    const { memory } = tables.kernels;
    this.#spec = spec;
    this.#tables = tables;
    this.#hyper = memory.float32(9);
    this.#catchUpHyper = memory.float32(2);
    this.#coefficients = memory.float32(ENTRY * 1024);
  }

  refresh(rows: SharedIntegers, step: number): void {
    const { kernels, table, state, scales, dim } = this.#tables;
    const { first_moments: first, second_moments: second, last_steps: lastSteps } = state;
    this.#reserve(step);
    for (const [last, found] of this.#coefficientsOf(rows, step)) {
      const { decay, groups: [early, late], first: decay1, second: decay2 } = found;
      const entry = [decay, early.sum, early.root, late.sum, late.root, decay1, decay2];
      this.#coefficients.set(entry, ENTRY * last);
    }
    this.#catchUpHyper.set([step, this.#spec.epsilon]);
    const [coefficients, hyper] = [this.#coefficients, this.#catchUpHyper];
    const job = { table, first, second, rows, lastSteps, coefficients, scales, hyper, columns: dim };
    kernels.catchUp({ ...job, items: rows.length });
  }

  flushed(step: number): Float32Array {
    const { table, state, scales, vocab, dim } = this.#tables;
    const { first_moments: first, second_moments: second, last_steps: lastSteps } = state;
    const { epsilon } = this.#spec;
    const copy = Float32Array.from(table);
    const coefficients = this.#coefficientsOf(Array.from({ length: vocab }, (_, row) => row), step);
    for (let row = 0; row < vocab; row++) {
      const found = coefficients.get(lastSteps[row]);
      if (found === undefined) continue;
      const scale = scales?.[row] ?? 1;
      const { decay, groups: [early, late] } = found;
      for (let i = row * dim; i < (row + 1) * dim; i++) {
        const root = Math.sqrt(second[i]);
        const factor = early.sum / (root * early.root + epsilon) + late.sum / (root * late.root + epsilon);
        copy[i] = table[i] * decay - scale * first[i] * factor;
      }
    }
    return copy;
  }

  update(gradient: FusedGradient, time: StepTime): void {
    const { kernels, table, state, scales, vocab, dim } = this.#tables;
    const { first_moments: first, second_moments: second, last_steps: lastSteps } = state;
    const { slots, gradients, factor, used } = gradient;
    const dense = time.step <= this.#spec.denseSteps;
    const rows = dense ? undefined : gradient.rows;
    this.#hyper.set(adamwHyper(this.#spec, adamwStep(this.#spec, time), factor));
    const job = { table, first, second, rows, slots, gradients, hyper: this.#hyper, scales, columns: dim };
    kernels.adamw({ ...job, items: dense ? vocab : used });
    if (dense) lastSteps.fill(time.step);
    else for (let i = 0; i < used; i++) lastSteps[gradient.rows[i]] = time.step;
  }

  /** Coefficients for each step that some of the rows are up to date to; none for rows that are so already. */
  #coefficientsOf(rows: ArrayLike<number>, now: number): Map<number, CatchUpCoefficients> {
    const { last_steps: lastSteps } = this.#tables.state;
    const found = new Map<number, CatchUpCoefficients>();
    for (let i = 0; i < rows.length; i++) {
      const last = lastSteps[rows[i]];
      if (last === now || found.has(last)) continue;
      found.set(last, catchUpCoefficients(this.#spec, this.#tables.rateAt, { last, now }));
    }
    return found;
  }

  #reserve(step: number): void {
    if (this.#coefficients.length >= ENTRY * (step + 1)) return;
    this.#coefficients = this.#tables.kernels.memory.float32(ENTRY * 2 ** Math.ceil(Math.log2(step + 1)));
  }
}
