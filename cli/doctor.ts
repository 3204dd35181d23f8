import { type CudaFinding, findCuda } from "./_cuda_findings.ts";
import { type DeviceName, findLibrary, listProviders, openLibrary, PROVIDER_NAMES } from "../runtime/mod.ts";
import { defineCommand } from "./_command.ts";
import { parseDevice } from "./_device.ts";
import { checkDevice, type DeviceReport, type DeviceSpeed, largestDeviation } from "./_device_report.ts";
import { print } from "./_output.ts";
import { COMPARED, problemText, TIMED } from "./_verified_step.ts";

/** What the table's numbers are. */
const EXPLANATION = [
  `Trained for ${problemText(COMPARED)}. The deviation is the largest of loss and gradient norm`,
  "(relative) and of the updated rows (absolute) from what the CPU's kernels gave.",
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
  /** What training on CUDA needs, where that was asked about; only on Linux. */
  cuda: CudaFinding[];
}

/** `doctor`: what this machine can run. */
export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Say what this machine can run, with a verified training step on each device",
  positionals: [],
  options: {
    device: { type: "string", placeholder: "cpu|cuda|webgpu", description: "Check only this device" },
    json: { type: "boolean", description: "Print JSON instead of a table" },
  },
  examples: [
    { command: "deno task doctor", does: "Checks the library and every device" },
    {
      command: "deno task doctor --device webgpu --json",
      does: "Checks one device, for a program that wants to know",
    },
  ],
  async run({ options }) {
    const only = options.device === undefined ? undefined : parseDevice(options.device);
    const report: DoctorReport = { ...describeLibrary(), devices: [], cuda: [] };
    if (Deno.build.os === "linux" && report.library !== null && (only ?? "cuda") === "cuda") {
      report.cuda = findCuda(report.library.path, Deno.env.get("LD_LIBRARY_PATH") ?? "");
    }
    const devices = only === undefined ? Object.keys(PROVIDER_NAMES) as DeviceName[] : [only];
    for (const device of devices) {
      const check = only === undefined ? checkApart : checkHere;
      report.devices.push(await check(device));
    }
    print(options.json ? JSON.stringify(report, null, 2) + "\n" : reportText(report));
    assertUsable(report, only ?? "cpu");
  },
});

function describeLibrary(): Pick<DoctorReport, "library" | "providers"> {
  try {
    const library = openLibrary({ path: findLibrary() });
    const { path, version } = library;
    return { library: { path, version }, providers: listProviders(library) };
  } catch {
    // Why it cannot be loaded is what every device's check says.
    return { library: null, providers: [] };
  }
}

function checkHere(device: DeviceName): Promise<DeviceReport> {
  return checkDevice(device, () => performance.now());
}

/** Checks a device in a process of its own: a driver that fails may take its process along. */
async function checkApart(device: DeviceName): Promise<DeviceReport> {
  const program = Deno.build.standalone ? [] : ["run", "-A", new URL("main.ts", import.meta.url).href];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...program, "doctor", "--device", device, "--json"],
    stdin: "null",
  });
  const { code, signal, stdout } = await child.output();
  try {
    return (JSON.parse(new TextDecoder().decode(stdout)) as DoctorReport).devices[0];
  } catch {
    const reason = `the process that tried it ended by ${signal ?? `status ${code}`}`;
    return { device, provider: PROVIDER_NAMES[device], usable: false, reason, steps: [], speed: null };
  }
}

function assertUsable({ devices }: DoctorReport, needed: DeviceName): void {
  const found = devices.find(({ device }) => device === needed);
  if (found?.usable) return;
  const cure = needed === "cpu" ? "install the project's packages again" : "train on the cpu";
  throw new Error(`Cannot train on device ${needed}: ${found?.reason}; ${cure}`);
}

function reportText({ library, providers, devices, cuda }: DoctorReport): string {
  const rows = devices.flatMap(deviceRows);
  const lines = [
    library === null ? "ONNX Runtime: not found" : `ONNX Runtime ${library.version}`,
    ...(library === null ? [] : [`  library    ${library.path}`]),
    ...(providers.length === 0 ? [] : [`  providers  ${providers.join(", ")}`]),
    "",
    ...table([["device", "trains", "by", "ms a step", "deviation"], ...rows]),
    ...devices.filter(({ reason }) => reason !== null).flatMap(({ device, provider, reason }) => [
      "",
      `${device} cannot be used (${provider}): ${reason}`,
      ...(device === "cuda" ? missingLines(cuda) : []),
    ]),
    ...(devices.some(({ steps }) => steps.length > 0) ? ["", ...EXPLANATION] : []),
    ...speedLines(devices),
  ];
  return lines.join("\n") + "\n";
}

function deviceRows({ device, usable, steps }: DeviceReport): string[][] {
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
function missingLines(cuda: readonly CudaFinding[]): string[] {
  return cuda.filter(({ found }) => !found).map(({ name, purpose, lookedIn, cure }) =>
    `  missing: ${name} (${purpose}), not in ${lookedIn}; ${cure}`
  );
}

function speedLines(devices: readonly DeviceReport[]): string[] {
  const timed = devices.filter(({ speed }) => speed !== null);
  if (timed.length === 0) return [];
  const head = ["device", "ms a step", "pairs/s", "TFLOP/s", "of", "share", "GB/s", "of", "share"];
  const rows = timed.map(({ device, speed }) => [device, ...speedCells(speed!)]);
  return ["", ...table([head, ...rows], 1), "", ...SPEED_EXPLANATION];
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

/** The first columns are words, the others numbers. */
function table(rows: readonly string[][], words = 3): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) => column < words ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
      .join("  ")
      .trimEnd()
  );
}
