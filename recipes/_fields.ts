import { v } from "./_valibot.ts";
import { nearest } from "./nearest.ts";

/** Text of a value for a sentence: short, and never `[object Object]`. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a record";
  if (typeof value === "function") return "a function";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The message of a refused value: a predicate and its cure; the path is put before it when it is printed. */
export function must(allowed: string): (issue: v.BaseIssue<unknown>) => string {
  return (issue) => `is ${show(issue.input)}; it must be ${allowed}`;
}

/** A schema with the sentence that the JSON Schema and the documentation carry. */
export function field<const S extends v.GenericSchema>(
  schema: S,
  description: string,
): v.SchemaWithPipe<readonly [S, v.DescriptionAction<v.InferOutput<S>, string>]> {
  return v.pipe(schema, v.description(description));
}

/** A field that may be left out, or be null for "none", which is its default. */
export function orNone<const S extends v.GenericSchema>(
  schema: S,
): v.OptionalSchema<v.NullableSchema<S, undefined>, null> {
  return v.optional(v.nullable(schema), null);
}

/** Text that is not empty. */
export function text(allowed: string): v.GenericSchema<string> {
  return v.pipe(v.string(must(allowed)), v.nonEmpty(must(allowed)));
}

/** One of a few words; a mistyped one is answered with the nearest. */
export function choice<const W extends readonly string[]>(words: W): v.GenericSchema<W[number]> {
  return v.picklist(words, (issue) => refusedWord(issue.input, words));
}

/** One of a few words or a record; a mistyped word is answered with the nearest. */
export function choiceOr<const W extends readonly string[], const S extends v.GenericSchema>(
  words: W,
  other: S,
  allowed: string,
): v.GenericSchema<W[number] | v.InferInput<S>, W[number] | v.InferOutput<S>> {
  return v.union([v.picklist(words), other], (issue) => {
    return typeof issue.input === "string" ? refusedWord(issue.input, words) : must(allowed)(issue);
  });
}

/**
 * A plain value or one of several records, told apart by a key that each of them alone must have: what is wrong inside
 * a record is said of that one.
 */
export function keyed<const P extends v.GenericSchema, const S extends v.GenericSchema>(
  plain: P,
  records: Readonly<Record<string, S>>,
  allowed: string,
): v.GenericSchema<v.InferInput<P> | v.InferInput<S>, v.InferOutput<P> | v.InferOutput<S>> {
  const union = v.union([plain, ...Object.values(records)], must(allowed));
  const isKey = (key: string): boolean => Object.hasOwn(records, key);
  return {
    ...union,
    "~run"(dataset, config) {
      const { value } = dataset;
      if (typeof value !== "object" || value === null) return union["~run"](dataset, config);
      const key = Object.keys(value).find(isKey);
      return (key === undefined ? v.never(must(allowed)) : records[key])["~run"](dataset, config);
    },
  };
}

/** A number above a bound. */
export function above(bound: number): v.GenericSchema<number> {
  const message = must(`a number above ${bound}`);
  return v.pipe(v.number(message), v.finite(message), v.gtValue(bound, message));
}

/** A number from one bound to another, both allowed. */
export function between(low: number, high: number): v.GenericSchema<number> {
  const message = must(`a number from ${low} to ${high}`);
  return v.pipe(v.number(message), v.minValue(low, message), v.maxValue(high, message));
}

/** A whole number of at least `low` and, if said, at most `high`. */
export function whole(low: number, high: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> {
  const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
  const message = must(`a whole number ${range}`);
  return v.pipe(v.number(message), v.integer(message), v.minValue(low, message), v.maxValue(high, message));
}

/** A record of known keys: an unknown one is answered with the nearest, a missing one with what it means. */
export function record<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, (issue: v.StrictObjectIssue) => string> {
  return v.strictObject(entries, (issue) => refusedKey(issue, entries));
}

/** A record told from others by its `kind`. */
export function tagged<const O extends v.VariantOptions<"kind">>(
  options: O,
): v.VariantSchema<"kind", O, (issue: v.VariantIssue) => string> {
  const kinds = options.map((option) => (option as unknown as Tagged).entries.kind.literal);
  return v.variant("kind", options, (issue) => {
    const isKind = issue.path?.at(-1)?.key === "kind";
    return isKind ? refusedWord(issue.input, kinds) : must("a record with a kind")(issue);
  });
}

interface Tagged {
  entries: { kind: { literal: string } };
}

/** A check across fields: the refusal is put at `path`, relative to the checked record. */
export function refuse<T>(
  path: readonly (string | number)[],
  reason: (value: T) => string | undefined,
): v.RawCheckAction<T> {
  return v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const message = reason(dataset.value);
    if (message !== undefined) addIssue({ message, path: asIssuePath(dataset.value, path) });
  });
}

function asIssuePath(
  value: unknown,
  keys: readonly (string | number)[],
): [v.IssuePathItem, ...v.IssuePathItem[]] {
  const items = keys.map((key): v.IssuePathItem => {
    return { type: "unknown", origin: "value", input: value, key, value: undefined };
  });
  return items as [v.IssuePathItem, ...v.IssuePathItem[]];
}

function refusedWord(input: unknown, words: readonly string[]): string {
  const meant = typeof input === "string" ? nearest(input, words) : undefined;
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  const allowed = words.length === 1 ? words[0] : `one of ${words.join(", ")}`;
  return `is ${show(input)}; it must be ${allowed}${hint}`;
}

function refusedKey(issue: v.StrictObjectIssue, entries: v.ObjectEntries): string {
  const key = issue.path?.at(-1)?.key;
  if (key === undefined) return must("a record")(issue);
  if (issue.expected === "never") return unknownKey(String(key), Object.keys(entries));
  const description = v.getDescription(entries[String(key)] as v.GenericSchema);
  return description === undefined ? "is missing; add it" : `is missing; add it: ${description}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const cure = meant === undefined ? `known here: ${known.join(", ")}` : `did you mean ${meant}?`;
  return `is not a known key; ${cure}`;
}
