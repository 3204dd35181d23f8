/** A request as the interfaces see it; whoever listens fills it in. */
export interface ApiRequest {
  /** `GET`, `POST`, ... */
  readonly method: string;
  /** The address without host and query: `/v1/embeddings`. */
  readonly path: string;
  /** A header's value, by its name in lower case. */
  header(name: string): string | undefined;
  /**
   * The whole body.
   *
   * @throws ApiError `tooLarge` or `slow`
   */
  readBody(): Promise<Uint8Array>;
  /** Aborted when the client has gone or the request's time is up. */
  readonly signal: AbortSignal;
}

/** An answer. */
export interface ApiReply {
  /** Status. */
  readonly status: number;
  /** Headers, by their names in lower case; the length is whoever sends it. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body: text in ASCII, one byte a character, or bytes. */
  readonly body: string | Uint8Array;
  /** Takes back the body's memory. To be called once the body is sent and nobody reads it any more, or not at all. */
  readonly release?: () => void;
}

/**
 * A value as JSON in ASCII: other characters are escaped.
 *
 * @param value anything that JSON can hold
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * An answer in JSON.
 *
 * @param body JSON in ASCII
 */
export function jsonReply(body: string | Uint8Array): ApiReply {
  return { status: 200, headers: { "content-type": "application/json" }, body };
}
