import { type TokenPlan, type TokenPlanArray, type TokenPlanMemory, TokenPlanner } from "../data/mod.ts";
import type { KernelMemory, SharedFloats, SharedIntegers } from "../kernels/mod.ts";
import type { TrainingBatch } from "./executor.ts";

/** The tokens of a batch on kernel memory. */
export type BatchPlan = TokenPlan<SharedArrayBuffer>;

/**
 * Arranges batches on kernel memory. Two plans exist at a time: while one is used the next can be built; the one before
 * is overwritten.
 */
export class BatchPlanner {
  readonly #planner: TokenPlanner;
  readonly #buffers: readonly PlanBuffers[];
  #turn = 0;

  /**
   * A planner over kernel memory.
   *
   * @param memory where the plans lie
   * @param vocab rows of the table; every id must be below
   */
  constructor(memory: KernelMemory, vocab: number) {
    this.#planner = new TokenPlanner(vocab);
    this.#buffers = [new PlanBuffers(memory), new PlanBuffers(memory)];
  }

  /**
   * Arranges a batch, or copies its plan if there is one.
   *
   * @throws {RangeError} if a text has no token or an id lies outside the table
   */
  plan({ columns, plan }: Pick<TrainingBatch, "columns" | "plan">): BatchPlan {
    this.#turn = 1 - this.#turn;
    const buffers = this.#buffers[this.#turn];
    return plan === undefined ? this.#planner.plan(columns, buffers) : copyPlan(plan, buffers);
  }
}

/** Kernel memory for the arrays of a plan, which grow and are used again. */
class PlanBuffers implements TokenPlanMemory<SharedArrayBuffer> {
  readonly #memory: KernelMemory;
  readonly #arrays: Partial<Record<TokenPlanArray, SharedIntegers | SharedFloats>> = {};

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  int32(name: TokenPlanArray, length: number): SharedIntegers {
    return this.#array(name, length, () => this.#memory.int32(roomFor(length))) as SharedIntegers;
  }

  float32(name: TokenPlanArray, length: number): SharedFloats {
    return this.#array(name, length, () => this.#memory.float32(roomFor(length))) as SharedFloats;
  }

  #array(
    name: TokenPlanArray,
    length: number,
    make: () => SharedIntegers | SharedFloats,
  ): SharedIntegers | SharedFloats {
    let array = this.#arrays[name];
    if (array === undefined || array.length < length) this.#arrays[name] = array = make();
    return array.subarray(0, length);
  }
}

function copyPlan(plan: TokenPlan, memory: PlanBuffers): BatchPlan {
  const copy = (name: Exclude<TokenPlanArray, "inverseCounts">): SharedIntegers => {
    const array = memory.int32(name, plan[name].length);
    array.set(plan[name]);
    return array;
  };
  const inverseCounts = memory.float32("inverseCounts", plan.texts);
  inverseCounts.set(plan.inverseCounts);
  const { pairs, texts, uniqueCount } = plan;
  return {
    pairs,
    texts,
    uniqueCount,
    inverseCounts,
    ids: copy("ids"),
    offsets: copy("offsets"),
    unique: copy("unique"),
    users: copy("users"),
    userOffsets: copy("userOffsets"),
  };
}

/** Doubling, because memory that was handed out is not taken back: what is wasted stays below what is used. */
function roomFor(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(length, 1024)));
}
