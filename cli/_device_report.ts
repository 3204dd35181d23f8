import { type DeviceName, PROVIDER_NAMES, Runtime, shortReason } from "../runtime/mod.ts";
import type { DeviceChoice } from "./_device_choice.ts";
import { type DeviceLimits, measureLimits } from "./_device_limits.ts";
import {
  bytesOf,
  COMPARED,
  type Deviation,
  deviationOf,
  operationsOf,
  type StepOutcome,
  type StepSetting,
  stepWithGraphs,
  stepWithKernels,
  TIMED,
} from "./_verified_step.ts";

/**
 * Largest deviation that still counts as the same step: float32 rounding gives up to 1e-5 (two CPUs of different make,
 * and graphs against kernels); a wrong operator gives 1e-2 and more.
 */
export const TOLERANCE = 1e-4;

/** How one way of carrying out a step did. */
export interface StepReport {
  /** Who carried it out: the CPU's kernels with the loss as a graph, or whole graphs on the device. */
  executor: "kernels" | "graphs";
  /** Milliseconds a step. */
  milliseconds: number;
  /** Largest deviations from the CPU's kernels; null for these themselves. */
  deviation: Deviation | null;
}

/** How fast the larger problem was trained. */
export interface DeviceSpeed {
  /** Milliseconds a step. */
  milliseconds: number;
  /** Pairs a second. */
  pairsPerSecond: number;
  /** Operations a second of the matrix products, in 10^12. */
  teraflops: number;
  /** Bytes a second of those that a step must move, in 10^9. */
  gigabytesPerSecond: number;
  /** What the device can do at most, measured in the same process. */
  limits: DeviceLimits;
}

/** What was found out about one device. */
export interface DeviceReport {
  /** The device. */
  device: DeviceName;
  /** Which of several of its kind. */
  deviceId: number;
  /** Its execution provider in ONNX Runtime's spelling. */
  provider: string;
  /** Whether training on it works and agrees with the CPU's kernels. */
  usable: boolean;
  /** Why it is not usable; null if it is. */
  reason: string | null;
  /** The steps that were carried out. */
  steps: StepReport[];
  /** How fast it is; null if it cannot be used, or is so slow that timing it would take minutes. */
  speed: DeviceSpeed | null;
}

/** A device that takes longer for a step of the small problem is not timed with the larger one. */
const SLOW_MILLISECONDS = 100;

/**
 * Carries out the fixed problem on a device and holds it against the CPU's kernels.
 *
 * @param choice The device, which of several, and its options.
 * @param clock Milliseconds from any fixed moment.
 * @param options `timed`: whether the larger problem is timed as well; by default it is.
 * @returns What was found; a device that fails is a report, not an exception.
 */
export async function checkDevice(
  choice: DeviceChoice,
  clock: () => number,
  { timed = true }: { timed?: boolean } = {},
): Promise<DeviceReport> {
  const { device, deviceId } = choice;
  const report: DeviceReport = {
    device,
    deviceId,
    provider: PROVIDER_NAMES[device],
    usable: false,
    reason: null,
    steps: [],
    speed: null,
  };
  try {
    using cpu = Runtime.open();
    const expected = await stepWithKernels({ runtime: cpu, size: COMPARED, clock });
    if (device === "cpu") {
      report.steps.push({ executor: "kernels", milliseconds: expected.milliseconds, deviation: null });
    }
    using runtime = Runtime.open(choice);
    const found = await stepWithGraphs({ runtime, size: COMPARED, clock });
    const deviation = deviationOf(found, expected);
    report.steps.push({ executor: "graphs", milliseconds: found.milliseconds, deviation });
    report.usable = largestDeviation(deviation) <= TOLERANCE;
    if (!report.usable) report.reason = `its results deviate by more than ${TOLERANCE}`;
    else if (timed && found.milliseconds < SLOW_MILLISECONDS) {
      report.speed = await measureSpeed(runtime, clock);
    }
  } catch (error) {
    report.reason = shortReason(error);
  }
  return report;
}

async function measureSpeed(runtime: Runtime, clock: () => number): Promise<DeviceSpeed> {
  const setting: StepSetting = { runtime, size: TIMED, clock };
  const run = runtime.device === "cpu" ? stepWithKernels : stepWithGraphs;
  const { milliseconds, tokens }: StepOutcome = await run(setting);
  return {
    milliseconds,
    pairsPerSecond: Math.round(1000 * TIMED.pairs / milliseconds),
    teraflops: operationsOf(TIMED) / milliseconds / 1e9,
    gigabytesPerSecond: bytesOf(TIMED, tokens) / milliseconds / 1e6,
    limits: await measureLimits(runtime, clock),
  };
}

/** The largest of a step's deviations. */
export function largestDeviation({ loss, gradientNorm, gradients, rows }: Deviation): number {
  return Math.max(loss, gradientNorm, gradients, rows);
}
