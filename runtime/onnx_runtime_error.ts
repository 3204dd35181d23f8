/** A failure that ONNX Runtime itself reported; the message carries the runtime's own words. */
export class OnnxRuntimeError extends Error {
  /** @param action what was tried, as a verb phrase ("run training_model"); @param detail the runtime's message. */
  constructor(action: string, detail: string) {
    super(`Cannot ${action}: ${detail.trim().replaceAll(/\s+/g, " ")}`);
    this.name = "OnnxRuntimeError";
  }
}
