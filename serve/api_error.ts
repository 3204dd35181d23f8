/** What can be wrong with a request. Every interface has its own status and words for each. */
export type Fault =
  /** No bearer token, or a wrong one. */
  | "unauthorized"
  /** No such address. */
  | "unknownRoute"
  /** No such model. */
  | "unknownModel"
  /** The address is there, but not for this method. */
  | "wrongMethod"
  /** The body is not declared as JSON. */
  | "notJsonType"
  /** The body is not JSON. */
  | "malformed"
  /** A field is missing, of the wrong type, or out of its range. */
  | "invalid"
  /** More texts than a request may hold. */
  | "tooManyInputs"
  /** A text with more tokens than allowed. */
  | "textTooLong"
  /** A body larger than allowed. */
  | "bodyTooLarge"
  /** The body did not arrive in time. */
  | "slowBody"
  /** The client went away before its request was read. */
  | "gone"
  /** The answer did not come about in time. */
  | "timeUp"
  /** As many requests as allowed are under way. */
  | "overloaded"
  /** Anything else: the server's own fault. */
  | "internal";

/** Options of {@link ApiError}. */
export interface ApiErrorOptions extends ErrorOptions {
  /** Field of the body that is at fault. @default none */
  field?: string;
}

/** A request that is refused. `Cannot <action>: <what is wrong>; <the cure>`. */
export class ApiError extends Error {
  /** The class' name. */
  override name = "ApiError";
  /** What is wrong. */
  readonly fault: Fault;
  /** Field of the body that is at fault. */
  readonly field: string | undefined;

  /**
   * Refuses a request.
   *
   * @param fault what is wrong, for the interface that words the answer
   * @param message for people
   * @param options {@link ApiErrorOptions}
   */
  constructor(fault: Fault, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.fault = fault;
    this.field = options.field;
  }
}
