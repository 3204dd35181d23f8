/** The one door to the validation library. */
export { toJsonSchema } from "@valibot/to-json-schema";
export * as v from "valibot";
