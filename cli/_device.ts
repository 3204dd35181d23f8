import type { DeviceName } from "../runtime/mod.ts";
import { UsageError } from "./_args.ts";

/** What `--device` takes. */
const DEVICES = ["cpu", "cuda", "webgpu", "auto"] as const;

/**
 * The device that `--device` asks for. `auto` is the CPU: the only device whose step is verified everywhere.
 *
 * @throws {UsageError} if there is no such device
 */
export function parseDevice(text: string): DeviceName {
  const device = DEVICES.find((name) => name === text);
  if (device === undefined) {
    throw new UsageError(
      `Cannot use device ${text}: there is no such device; write one of ${DEVICES.join(", ")}`,
    );
  }
  return device === "auto" ? "cpu" : device;
}
