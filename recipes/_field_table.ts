import { recipeJsonSchema } from "./schema.ts";

/** The part of JSON Schema that a recipe's schema uses. */
interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  prefixItems?: JsonSchema[];
  items?: JsonSchema;
  required?: string[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/** A part of the schema that is described once and referred to elsewhere: a loss inside a loss. */
const REFERENCE = /^#\/\$defs\/(.*)$/;

/**
 * Every field of a recipe as a Markdown table, from the schema itself.
 *
 * @returns One row a field: path, values, default, meaning. A test holds docs/recipe.md against it.
 */
export function fieldTable(): string {
  const schema = recipeJsonSchema() as JsonSchema;
  const rows = rowsOf(schema, "").map(([path, values, preset, meaning]) => {
    return [
      path,
      values,
      preset,
      meaning.replace(REFERENCE, (_, name) => schema.$defs![name].description ?? ""),
    ];
  });
  const cells = [["field", "values", "default", "meaning"], ["---", "---", "---", "---"], ...rows];
  return cells.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n") +
    "\n";
}

function rowsOf(schema: JsonSchema, prefix: string): string[][] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const path = `${prefix}${key}`;
    if (key === "kind" && property.const !== undefined) return []; // the path says it already
    const preset = required.has(key) ? "required" : code(property.default);
    const meaning = property.description ?? property.$ref ?? "";
    return [[`\`${path}\``, valuesOf(property), preset, meaning], ...nestedRows(property, path)];
  });
}

/**
 * Rows of what lies inside a field: a record, the alternatives of a union, or the entries of a list or table.
 */
function nestedRows(schema: JsonSchema, path: string): string[][] {
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) {
    return alternatives.flatMap((each) => nestedRows(each, path + kindOf(each)));
  }
  if (schema.properties !== undefined) return rowsOf(schema, `${path}.`);
  if (typeof schema.additionalProperties === "object") {
    return nestedRows(schema.additionalProperties, `${path}.NAME`);
  }
  return schema.items === undefined ? [] : nestedRows(schema.items, `${path}.N`);
}

/** A record told by its kind has the kind in its path: `loss(matryoshka).dims`. */
function kindOf({ properties }: JsonSchema): string {
  const kind = properties?.kind?.const;
  return kind === undefined ? "" : `(${kind})`;
}

function valuesOf(schema: JsonSchema): string {
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map(valuesOf))].join(" or ");
  if (schema.$ref !== undefined) return "record";
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(" or ");
  if (schema.type === "array") {
    return `list of ${(schema.prefixItems ?? [schema.items ?? {}]).map(valuesOf).join(", ")}`;
  }
  if (schema.type === "object") return "record";
  if (schema.type === "string") return "text";
  return `${schema.type}${rangeOf(schema)}`;
}

/** Bounds of 2^53 - 1 or of the largest double only say "any". */
function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const bounds = [
    exclusiveMinimum === undefined ? "" : `above ${exclusiveMinimum}`,
    minimum === undefined ? "" : `from ${minimum}`,
    exclusiveMaximum === undefined ? "" : `below ${exclusiveMaximum}`,
    maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER || exclusiveMaximum !== undefined
      ? ""
      : `to ${maximum}`,
  ];
  const text = bounds.filter((each) => each !== "").join(" ");
  return text === "" ? "" : ` ${text}`;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

if (import.meta.main) await Deno.stdout.write(new TextEncoder().encode(fieldTable()));
