import type { Graph } from "../graph/mod.ts";
import { type DeviceFault, deviceFaultOf, type Runtime, shortReason } from "../runtime/mod.ts";
import { type BatchExtents, batchMemory, fittingPairs } from "./batch_memory.ts";
import { bytesText } from "./table_memory.ts";

/** What was under way when a device failed. */
export interface DeviceWork {
  /** The device. */
  runtime: Runtime;
  /** The batch that was computed last; undefined before the first. */
  batch: FailedBatch | undefined;
  /** Bytes that were free for it beside the tables; undefined if that cannot be known. */
  room: number | undefined;
}

/** A batch that a device had too little memory for. */
export interface FailedBatch {
  /** The training graph of its task. */
  graph: () => Graph;
  /** Its size. */
  extents: BatchExtents;
}

/**
 * What to tell somebody whose device failed in a step: which batch would fit, or that the training can be resumed.
 *
 * @param error any error
 * @returns the error itself, if it says nothing about the device
 */
export function explainDeviceFailure(error: unknown, work: DeviceWork): unknown {
  const fault = deviceFaultOf(error);
  const text = fault && EXPLAIN[fault](error, work);
  return text === undefined ? error : new Error(text, { cause: error });
}

const EXPLAIN: Readonly<Record<DeviceFault, (error: unknown, work: DeviceWork) => string | undefined>> = {
  memory: (_, { batch, ...work }) => batch && explainMemory(batch, work),
  lost: (error, { runtime: { device } }) =>
    `Cannot go on: the device ${device} was lost (${shortReason(error)}); when it is there again, ` +
    "train --resume goes on from the last checkpoint",
  float16: (_, { runtime: { device } }) =>
    `Cannot train on ${device}: this device has no 16-bit floats; set training.precision to float32`,
};

function explainMemory(
  { graph: build, extents }: FailedBatch,
  { runtime: { device }, room }: Omit<DeviceWork, "batch">,
): string {
  const graph = build();
  const { peak, largest } = batchMemory(graph, extents);
  const pairs = extents.pairs.toLocaleString("en-US");
  const needs =
    `Cannot train a batch of ${pairs} rows on ${device}: it takes about ${bytesText(peak)} beside the ` +
    `tables, ${bytesText(largest)} of it in one buffer`;
  const known = room !== undefined && room < peak;
  const fitting = fittingPairs(graph, extents, known ? room : peak / 2);
  const has = known
    ? `${bytesText(room)} are free for it`
    : "the device gives less, and does not tell how much";
  if (fitting === 0) return `${needs}, and ${has}; lower model.dim or train on the cpu`;
  const { peak: then } = batchMemory(graph, extents, fitting / extents.pairs);
  const size = fitting.toLocaleString("en-US", { useGrouping: false });
  return `${needs}, and ${has}; set training.batchSize to ${size}, which takes about ${bytesText(then)}`;
}
