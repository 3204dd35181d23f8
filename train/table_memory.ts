import { type DeviceMemory, type DeviceName, readDeviceMemory, type Runtime } from "../runtime/mod.ts";
import { optimizerOf } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";

/** What carries out the steps: kernels on the CPU, or whole graphs on any device. */
export type StepKind = "kernels" | "graphs";

/** Bytes that a training keeps for the whole of its time. */
export interface TableMemory {
  /** All of them. */
  bytes: number;
  /** How they come about, for people. */
  arithmetic: string;
}

/**
 * The memory of the tables: weights and optimizer state, float32 [vocab, dim] or [vocab] each. The kernels also keep room
 * for the gradient of every row. Whole graphs on a GPU have every table twice while a step writes the new ones, since no
 * buffer may be read and written at once there; on the CPU they write in place.
 */
export function tableMemory(
  { vocab, dim, optimizer }: TrainingProblem,
  { kind, device }: { kind: StepKind; device: DeviceName },
): TableMemory {
  const state = Object.entries(optimizerOf(optimizer).state(optimizer));
  const full = ["weights", ...state.filter(([, shape]) => shape === "elements").map(([name]) => name)];
  if (kind === "kernels") full.push("gradients");
  const rows = state.filter(([, shape]) => shape === "rows").map(([name]) => name);
  const times = device === "cpu" ? 1 : 2;
  const tableBytes = 4 * vocab * dim;
  const rowBytes = 4 * vocab;
  const counts = `${vocab.toLocaleString("en-US")} rows x ${
    dim.toLocaleString("en-US")
  } columns x 4 bytes = ${bytesText(tableBytes)} for each of ${full.join(", ")}`;
  const perRow = rows.length === 0 ? "" : `, ${bytesText(rowBytes)} for ${rows.join(", ")}`;
  const twice = times === 1 ? "" : ", all twice while a step writes the new ones";
  return {
    bytes: times * (full.length * tableBytes + rows.length * rowBytes),
    arithmetic: counts + perRow + twice,
  };
}

/**
 * Makes sure that the tables fit, before anything is allocated.
 *
 * @param memory what the device has; undefined if that cannot be known: nothing is refused
 * @throws {RangeError} with the arithmetic and what makes them smaller
 */
export function checkTableMemory(
  need: TableMemory,
  memory: DeviceMemory | undefined,
  device: DeviceName,
): void {
  if (memory === undefined || need.bytes <= memory.free) return;
  throw new RangeError(
    `Cannot train on ${device}: the tables take ${bytesText(need.bytes)} (${need.arithmetic}) and ` +
      `${bytesText(memory.free)} of ${
        bytesText(memory.total)
      } are free; lower model.dim, use a tokenizer with a ` +
      "smaller vocabulary, or set training.optimizer.kind to rowwiseAdagrad, which keeps one number a row",
  );
}

/**
 * What a training can have of its device's memory: what is free, and no more than `gpu_mem_limit` allows.
 *
 * @returns undefined where it cannot be known
 */
export function memoryFor(
  { device, options: { deviceId, deviceOptions } }: Runtime,
): DeviceMemory | undefined {
  const memory = readDeviceMemory(device, deviceId);
  const limit = Number(deviceOptions?.gpu_mem_limit ?? Infinity);
  if (memory === undefined) return Number.isFinite(limit) ? { free: limit, total: limit } : undefined;
  return { free: Math.min(memory.free, limit), total: Math.min(memory.total, limit) };
}

/**
 * Makes sure that the tables of a training fit on a device, before anything of them is made.
 *
 * @throws {RangeError} as {@link checkTableMemory} does
 */
export function checkTables(problem: TrainingProblem, runtime: Runtime): void {
  const { device } = runtime;
  const kind = device === "cpu" ? "kernels" : "graphs";
  checkTableMemory(tableMemory(problem, { kind, device }), memoryFor(runtime), device);
}

/** Bytes for people, in powers of 1,000: `125 MB`. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let power = 0;
  // What would be rounded to 1,000 of a unit is one of the next.
  while (power + 1 < units.length && bytes >= 999.5 * 1000 ** power) power++;
  const value = bytes / 1000 ** power;
  const text = value < 999.5 ? value.toPrecision(3) : Math.round(value).toLocaleString("en-US");
  return `${power === 0 ? value : text} ${units[power]}`;
}
