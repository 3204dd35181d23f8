/** How much a request may ask for. */
export interface Limits {
  /** Bytes of a body. */
  readonly maxBodyBytes: number;
  /** Texts of a request. */
  readonly maxInputs: number;
  /** Tokens of a text. */
  readonly maxTokens: number;
  /** Requests under way at once, those included whose answer is not fetched yet. */
  readonly maxConcurrent: number;
  /** Milliseconds for a request's head, for its body, and again for its answer. */
  readonly timeout: number;
}

/** Limits that hold unless others are given: OpenAI's number of texts, and memory for a small machine. */
export const DEFAULT_LIMITS: Limits = {
  maxBodyBytes: 8 * 2 ** 20,
  maxInputs: 2048,
  maxTokens: 65_536,
  maxConcurrent: 256,
  timeout: 30_000,
};
