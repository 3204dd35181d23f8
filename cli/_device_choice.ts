import { DEVICE_OPTIONS, type DeviceName, deviceOptionNames } from "../runtime/mod.ts";
import { UsageError } from "./_args.ts";
import type { Option, Options } from "./_command.ts";
import { parseDevice } from "./_device.ts";
import { suggest } from "./_suggest.ts";

/** A device, which of several, and how it is to work. */
export interface DeviceChoice {
  /** The device. */
  device: DeviceName;
  /** Which of several of that kind. */
  deviceId: number;
  /** Its options by name. */
  deviceOptions: Record<string, string>;
}

/** The option `--device-option`. */
export const DEVICE_SETTING = {
  type: "string",
  multiple: true,
  placeholder: "NAME=VALUE",
  description: "Set an option of the device, such as gpu_mem_limit or use_tf32 of cuda",
} as const satisfies Option;

/**
 * The options `--device`, which is `auto` if not given, and `--device-option`.
 *
 * @param description what `--device` says of itself
 */
export function deviceChoice(description: string) {
  return {
    device: { type: "string", placeholder: "cpu|cuda|webgpu|auto", description, default: "auto" },
    "device-option": DEVICE_SETTING,
  } as const satisfies Options;
}

/**
 * Reads `--device` (`cuda`, or `cuda:1` for the second) and what `--device-option` was given.
 *
 * @param settings `NAME=VALUE` each
 * @throws {UsageError} if there is no such device, or it has no such option, or not with such a value
 */
export async function parseDeviceChoice(
  text: string,
  settings: readonly string[] = [],
): Promise<DeviceChoice> {
  const [name, number, ...more] = text.split(":");
  const device = parseDevice(name);
  const deviceOptions = Object.fromEntries(
    await Promise.all(settings.map((setting) => parseSetting(device, setting))),
  );
  if (number === undefined) return { device, deviceId: 0, deviceOptions };
  if (device !== "cuda") {
    throw new UsageError(`Cannot use device ${text}: ${device} takes no number; write ${name} alone`);
  }
  if (!/^\d{1,3}$/.test(number) || more.length > 0) {
    throw new UsageError(`Cannot use device ${text}: its number is no whole number from 0; write cuda:0`);
  }
  return { device, deviceId: Number(number), deviceOptions };
}

async function parseSetting(device: DeviceName, setting: string): Promise<[string, string]> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(setting) ?? [];
  const refuse = (fault: string, cure: string): UsageError =>
    new UsageError(`Cannot read --device-option ${setting}: ${fault}; ${cure}`);
  if (name === undefined) throw refuse("it is not of the form NAME=VALUE", "write use_tf32=1");
  const known = deviceOptionNames(device);
  if (known.includes(name)) {
    const { values, description } = DEVICE_OPTIONS[device][name];
    if (values.test(value)) return [name, value];
    throw refuse(`${name} cannot be ${value}`, `it is ${description}`);
  }
  const cure = known.length === 0 ? "leave it out" : await suggest(name, known);
  throw refuse(`${device} has no option ${name}`, cure);
}
