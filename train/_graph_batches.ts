import { KernelMemory } from "../kernels/mod.ts";
import type { Runtime, Tensor, TensorData } from "../runtime/mod.ts";
import type { DeviceGraphs } from "./_device_graphs.ts";
import type { BatchExtents } from "./batch_memory.ts";
import { BatchPlanner } from "./batch_plan.ts";
import type { PreparedBatch, TrainingBatch } from "./executor.ts";
import { extraInputs } from "./loss_runner.ts";
import { planSegments, type SegmentPlan } from "./segment_plan.ts";

/** A batch arranged for the {@link GraphExecutor}. */
export interface GraphBatch extends PreparedBatch {
  /** The batch itself. */
  batch: TrainingBatch;
  /** int32: the distinct tokens. */
  unique: Int32Array;
  /** What its memory depends on. */
  extents: BatchExtents;
  /** Inputs of the training graph, by name, without the table and the loss's own. */
  inputs: Record<string, { data: TensorData; shape: readonly number[] }>;
  /** The same on the device, where they are brought there ahead. */
  ahead?: Promise<Record<string, Tensor>>;
}

/** Arranges batches for the training graph, and brings them to the device. */
export class GraphBatches {
  readonly #runtime: Runtime;
  readonly #graphs: DeviceGraphs;
  readonly #planner: BatchPlanner;
  readonly #uploadAhead: boolean;
  /** Place of each token among the distinct ones of the batch; only those of the batch are up to date. */
  readonly #places: Int32Array;
  #uploading: Promise<unknown> = Promise.resolve();

  /**
   * Batches for a table of so many rows.
   *
   * @param uploadAhead whether a batch is brought to the device as soon as it is arranged
   */
  constructor(
    runtime: Runtime,
    graphs: DeviceGraphs,
    { vocab, uploadAhead }: { vocab: number; uploadAhead: boolean },
  ) {
    this.#runtime = runtime;
    this.#graphs = graphs;
    this.#planner = new BatchPlanner(new KernelMemory(), vocab);
    this.#places = new Int32Array(vocab);
    this.#uploadAhead = uploadAhead;
  }

  /** Arranges a batch. @throws {RangeError} if a text has no token or an id lies outside the table */
  prepare(batch: TrainingBatch): GraphBatch {
    const plan = this.#planner.plan(batch);
    const { pairs, texts, ids, offsets, users } = plan;
    const unique = plan.unique.slice(0, plan.uniqueCount);
    const userOffsets = plan.userOffsets.subarray(0, plan.uniqueCount + 1);
    unique.forEach((id, place) => this.#places[id] = place);
    const pool = planSegments(ids.map((id) => this.#places[id]), offsets);
    const scatter = planSegments(users, userOffsets);
    const inputs: GraphBatch["inputs"] = {
      unique: { data: unique, shape: [unique.length] },
      inverse_counts: { data: plan.inverseCounts.slice(), shape: [texts, 1] },
      ...planInputs("pool", pool),
      ...planInputs("scatter", scatter),
    };
    const extents = { pairs, texts, used: unique.length, pool: pool.sizes, scatter: scatter.sizes };
    const prepared: GraphBatch = { batch, unique, extents, inputs, pairs, tokens: ids.length };
    if (this.#uploadAhead) prepared.ahead = this.#uploadNext(prepared);
    return prepared;
  }

  /** Inputs of the training graph but the tables; the caller releases them. */
  async tensorsOf({ batch, inputs, pairs, ahead }: GraphBatch): Promise<Record<string, Tensor>> {
    const none = new Float32Array();
    const extras = extraInputs(this.#runtime, { pairs, extras: batch, pooled: none, gradients: none });
    if (ahead === undefined) return { ...extras, ...this.#tensors(inputs, () => true) };
    return { ...extras, ...this.#tensors(inputs, isSizes), ...await ahead };
  }

  /** Releases what was brought to the device ahead of a batch that is not computed. */
  async discard({ ahead }: GraphBatch): Promise<void> {
    // If it could not be brought there, whoever computes the batch before hears why the device fails.
    const tensors = await ahead?.catch(() => undefined);
    for (const tensor of Object.values(tensors ?? {})) tensor.release();
  }

  /** Brings a batch to the device after the one before. */
  #uploadNext({ inputs }: GraphBatch): Promise<Record<string, Tensor>> {
    const tensors = this.#tensors(inputs, (name) => !isSizes(name));
    const uploading = this.#uploading.then(() => this.#graphs.upload(tensors));
    this.#uploading = uploading.catch(() => undefined); // whoever computes the batch hears of it
    return uploading;
  }

  /** Tensors over a batch's arrays, those whose names are wanted. */
  #tensors(inputs: GraphBatch["inputs"], isWanted: (name: string) => boolean): Record<string, Tensor> {
    const wanted = Object.entries(inputs).filter(([name]) => isWanted(name));
    return Object.fromEntries(
      wanted.map(([name, { data, shape }]) => [name, this.#runtime.tensor(data, shape)]),
    );
  }
}

/** Sizes of parts are read by the CPU, also where a graph runs elsewhere. */
function isSizes(name: string): boolean {
  return name.endsWith("_sizes");
}

function planInputs(name: string, plan: SegmentPlan): GraphBatch["inputs"] {
  return {
    [`${name}_indices`]: { data: plan.indices, shape: [plan.indices.length] },
    [`${name}_sizes`]: { data: plan.sizes, shape: [plan.sizes.length] },
    [`${name}_order`]: { data: plan.order, shape: [plan.order.length] },
  };
}
