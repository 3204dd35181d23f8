import { ApiError } from "./api_error.ts";
import type { ApiRequest } from "./http_message.ts";

/** Fields of a body. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a request's JSON object.
 *
 * @throws ApiError when the body is not declared as JSON, is compressed, is none, or is something else than an object
 */
export async function readFields(request: ApiRequest): Promise<Fields> {
  const type = request.header("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    const given = type === "" ? "it has no content-type" : `its content-type is ${JSON.stringify(type)}`;
    throw new ApiError("notJsonType", `Cannot read the body: ${given}; send application/json`);
  }
  const encoding = request.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new ApiError(
      "notJsonType",
      `Cannot read the body: its content-encoding is ${JSON.stringify(encoding)}; send it as it is`,
    );
  }
  const value = parseJson(await request.readBody());
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new ApiError("invalid", "Cannot read the body: it is no JSON object; send fields in braces");
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? cause.message : "it is not UTF-8, or nested too deeply";
    throw new ApiError(
      "malformed",
      `Cannot read the body as JSON: ${reason}; send one JSON object in UTF-8`,
      {
        cause,
      },
    );
  }
}

/** A field that may be missing or null. */
export function optional(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === null ? undefined : value;
}

/**
 * A field that is true, false or missing.
 *
 * @throws ApiError when it is something else
 */
export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = optional(fields, name);
  if (value === undefined || typeof value === "boolean") return value;
  throw invalidField(name, "it is neither true nor false", "give one of them, or leave it out");
}

/**
 * A field that is a number or missing; the model says which numbers it takes.
 *
 * @throws ApiError when it is something else
 */
export function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = optional(fields, name);
  if (value === undefined || typeof value === "number") return value;
  throw invalidField(name, "it is no number", "give a whole number, or leave it out");
}

/** A field that is wrong. */
export function invalidField(name: string, what: string, cure: string): ApiError {
  return new ApiError("invalid", `Cannot use '${name}': ${what}; ${cure}`, { field: name });
}

/**
 * Refuses more texts than allowed, and none.
 *
 * @throws ApiError
 */
export function checkCount(name: string, count: number, maxInputs: number): void {
  if (count === 0) throw invalidField(name, "the list is empty", "give at least one text");
  if (count <= maxInputs) return;
  throw new ApiError(
    "tooManyInputs",
    `Cannot use '${name}': it has ${count} entries and the limit is ${maxInputs}; send them in several requests`,
    { field: name },
  );
}
