/**
 * Keeps ONNX Runtime from reporting to its makers: since 1.29 the Linux builds do so unless this variable is set when the
 * library is loaded. It then writes no device id into the home folder either.
 */
const VARIABLE = "ORT_DISABLE_TELEMETRY";

/** Sets the variable for this process, unless the user has set it to anything. */
export function disableTelemetry(): void {
  if (Deno.env.get(VARIABLE) === undefined) Deno.env.set(VARIABLE, "1");
}
