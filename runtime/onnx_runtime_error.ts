/** A failure that ONNX Runtime itself reported; the message carries the runtime's own words. */
export class OnnxRuntimeError extends Error {
  /** The runtime's own message, in one line. */
  readonly detail: string;

  /**
   * An error of the runtime.
   *
   * @param action what was tried, as a verb phrase ("run training_model")
   * @param detail the runtime's own message
   * @param cure what to do about it, where that is known
   */
  constructor(action: string, detail: string, cure?: string) {
    const line = detail.trim().replaceAll(/\s+/g, " ");
    super(`Cannot ${action}: ${line}${cure === undefined ? "" : `; ${cure}`}`);
    this.name = "OnnxRuntimeError";
    this.detail = line;
  }
}
