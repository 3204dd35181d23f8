import type { CudaDevice } from "../runtime/mod.ts";
import { bytesText } from "../train/mod.ts";
import { alignedRows } from "./_aligned_rows.ts";
import { type CudaFinding, FETCH_COMMAND } from "./_cuda_findings.ts";
import type { DeviceChoice } from "./_device_choice.ts";
import { type DeviceReport, type DeviceSpeed, largestDeviation } from "./_device_report.ts";
import { COMPARED, problemText, TIMED } from "./_verified_step.ts";
import { type VulkanFindings, vulkanLines } from "./_vulkan_findings.ts";

/** What the table's numbers are. */
const EXPLANATION = [
  `Trained for ${problemText(COMPARED)}. The deviation is the largest of losses, gradients`,
  "and their norms (relative) and of the updated rows (absolute) from what the CPU's kernels gave.",
];
const SPEED_EXPLANATION = [
  `Timed for ${problemText(TIMED)}. Operations are those of the matrix products,`,
  "bytes those that a step must move at least; shares are of what ONNX Runtime's own operators reach here.",
];

/** What `doctor --json` prints. */
export interface DoctorReport {
  /** ONNX Runtime's library; null if it cannot be loaded. */
  library: { path: string; version: string } | null;
  /** Execution providers that the library names; whether they work is told by the devices. */
  providers: string[];
  /** What was found out about each device. */
  devices: DeviceReport[];
  /** The GPUs that NVIDIA's driver names, in the order of their numbers. */
  cudaDevices: CudaDevice[];
  /** What training on CUDA needs, where that was asked about; only on Linux. */
  cuda: CudaFinding[];
  /** What WebGPU needs, where that was asked about; only on Linux. */
  vulkan: VulkanFindings | null;
}

/** A device as `--device` names it. */
export function labelOf({ device, deviceId }: Pick<DeviceChoice, "device" | "deviceId">): string {
  return deviceId === 0 ? device : `${device}:${deviceId}`;
}

/** The report as `doctor` prints it. */
export function reportText({ library, providers, devices, cudaDevices, cuda, vulkan }: DoctorReport): string {
  const rows = devices.flatMap(deviceRows);
  const lines = [
    library === null ? "ONNX Runtime: not found" : `ONNX Runtime ${library.version}`,
    ...(library === null ? [] : [`  library    ${library.path}`]),
    ...(providers.length === 0 ? [] : [`  providers  ${providers.join(", ")}`]),
    ...cudaDevices.map(({ name, memory }, number) => `  cuda:${number}     ${name}${memoryText(memory)}`),
    "",
    ...alignedRows([["device", "trains", "by", "ms a step", "deviation"], ...rows], 3),
    ...devices.filter(({ reason }) => reason !== null).flatMap((report) => [
      "",
      `${labelOf(report)} cannot be used (${report.provider}): ${report.reason}`,
      ...(report.device === "cuda" ? missingLines(cuda, library?.version) : []),
      ...(report.device === "webgpu" && vulkan !== null ? vulkanLines(vulkan) : []),
    ]),
    ...(devices.some(({ steps }) => steps.length > 0) ? ["", ...EXPLANATION] : []),
    ...speedLines(devices),
  ];
  return lines.join("\n") + "\n";
}

function memoryText(memory: CudaDevice["memory"]): string {
  return memory === undefined ? "" : `, ${bytesText(memory.free)} of ${bytesText(memory.total)} free`;
}

function deviceRows(report: DeviceReport): string[][] {
  const { usable, steps } = report;
  const device = labelOf(report);
  const verdict = usable ? "yes" : "no";
  if (steps.length === 0) return [[device, verdict, "-", "-", "-"]];
  return steps.map(({ executor, milliseconds, deviation }) => [
    device,
    verdict,
    executor,
    milliseconds.toFixed(1),
    deviation === null ? "-" : largestDeviation(deviation).toExponential(1),
  ]);
}

/** What CUDA lacks, where it was looked for, and what brings it. */
function missingLines(cuda: readonly CudaFinding[], version = "this"): string[] {
  const missing = cuda.filter(({ found }) => !found);
  if (missing.length === 0 && cuda.length > 0) {
    // A provider library tells no version, and ONNX Runtime loads only one of its own.
    return [
      `  every library was found; the two of ONNX Runtime must be of version ${version}: ${FETCH_COMMAND}`,
    ];
  }
  return missing.map(({ name, purpose, lookedIn, cure }) =>
    `  missing: ${name} (${purpose}), not in ${lookedIn}; ${cure}`
  );
}

function speedLines(devices: readonly DeviceReport[]): string[] {
  const timed = devices.filter(({ speed }) => speed !== null);
  if (timed.length === 0) return [];
  const head = ["device", "ms a step", "pairs/s", "TFLOP/s", "of", "share", "GB/s", "of", "share"];
  const rows = timed.map((report) => [labelOf(report), ...speedCells(report.speed!)]);
  return ["", ...alignedRows([head, ...rows], 1), "", ...SPEED_EXPLANATION];
}

function speedCells(
  { milliseconds, pairsPerSecond, teraflops, gigabytesPerSecond, limits }: DeviceSpeed,
): string[] {
  const share = (part: number, whole: number): string => `${Math.round(100 * part / whole)} %`;
  return [
    milliseconds.toFixed(1),
    pairsPerSecond.toLocaleString("en-US"),
    teraflops.toPrecision(2),
    limits.teraflops.toPrecision(2),
    share(teraflops, limits.teraflops),
    gigabytesPerSecond.toFixed(1),
    limits.gigabytesPerSecond.toFixed(1),
    share(gigabytesPerSecond, limits.gigabytesPerSecond),
  ];
}
