import { UsageError } from "./_args.ts";
import { findCuda } from "./_cuda_findings.ts";
import {
  type CudaDevice,
  findLibrary,
  listCudaDevices,
  listProviders,
  openLibrary,
  PROVIDER_NAMES,
} from "../runtime/mod.ts";
import { canOpenLibrary } from "./_can_open_library.ts";
import { defineCommand } from "./_command.ts";
import { DEVICE_SETTING, type DeviceChoice, parseDeviceChoice } from "./_device_choice.ts";
import { checkDevice, type DeviceReport } from "./_device_report.ts";
import { type DoctorReport, labelOf, reportText } from "./_doctor_text.ts";
import { print } from "./_output.ts";
import { ownProgram } from "./_own_program.ts";
import { findVulkan } from "./_vulkan_findings.ts";

export type { DoctorReport } from "./_doctor_text.ts";

/** `doctor`: what this machine can run. */
export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Say what this machine can run, with a verified training step on each device",
  positionals: [],
  options: {
    device: {
      type: "string",
      placeholder: "cpu|cuda|webgpu",
      description: "Check only this device, as cuda:1 the second of several",
    },
    "device-option": DEVICE_SETTING,
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
    const settings = options["device-option"];
    const only = options.device === undefined ? undefined : await parseDeviceChoice(options.device, settings);
    if (only === undefined && settings.length > 0) {
      throw new UsageError("Cannot run doctor: --device-option needs a --device; name one");
    }
    const report: DoctorReport = {
      ...describeLibrary(),
      devices: [],
      cudaDevices: [],
      cuda: [],
      vulkan: null,
    };
    if ((only?.device ?? "cuda") === "cuda") {
      report.cudaDevices = listCudaDevices();
      if (Deno.build.os === "linux" && report.library !== null) {
        report.cuda = findCuda(report.library.path, Deno.env.get("LD_LIBRARY_PATH") ?? "");
      }
    }
    if ((only?.device ?? "webgpu") === "webgpu" && Deno.build.os === "linux") {
      report.vulkan = findVulkan((name) => Deno.env.get(name), canOpenLibrary);
    }
    const choices = only === undefined ? everyDevice(report.cudaDevices) : [only];
    for (const choice of choices) {
      const check = only === undefined ? checkApart : checkHere;
      report.devices.push(await check(choice));
    }
    print(options.json ? JSON.stringify(report, null, 2) + "\n" : reportText(report));
    assertUsable(report, only ?? CPU);
  },
});

const CPU: DeviceChoice = { device: "cpu", deviceId: 0, deviceOptions: {} };

/** Every kind of device, and of CUDA devices each that there is; if there is none, why the first does not work. */
function everyDevice(cudaDevices: readonly CudaDevice[]): DeviceChoice[] {
  const numbers = Array.from({ length: Math.max(1, cudaDevices.length) }, (_, deviceId) => deviceId);
  const cuda = numbers.map((deviceId) => ({ ...CPU, device: "cuda" as const, deviceId }));
  return [CPU, ...cuda, { ...CPU, device: "webgpu" }];
}

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

function checkHere(choice: DeviceChoice): Promise<DeviceReport> {
  return checkDevice(choice, () => performance.now());
}

/** Checks a device in a process of its own: a driver that fails may take its process along. */
async function checkApart(choice: DeviceChoice): Promise<DeviceReport> {
  const { device, deviceId } = choice;
  const { executable, first } = ownProgram();
  const child = new Deno.Command(executable, {
    args: [...first, "doctor", "--device", labelOf(choice), "--json"],
    stdin: "null",
  });
  const { code, signal, stdout } = await child.output();
  try {
    return (JSON.parse(new TextDecoder().decode(stdout)) as DoctorReport).devices[0];
  } catch {
    const reason = `the process that tried it ended by ${signal ?? `status ${code}`}`;
    const provider = PROVIDER_NAMES[device];
    return { device, deviceId, provider, usable: false, reason, steps: [], speed: null };
  }
}

function assertUsable({ devices }: DoctorReport, needed: DeviceChoice): void {
  const found = devices.find(({ device }) => device === needed.device);
  if (found?.usable) return;
  const cure = needed.device === "cpu" ? "install the project's packages again" : "train on the cpu";
  throw new Error(`Cannot train on device ${labelOf(needed)}: ${found?.reason}; ${cure}`);
}
