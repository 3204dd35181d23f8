import { table } from "./_card_scores.ts";
import type { CardContent } from "./model_card.ts";

/** Fields of `training` that the card shows, in this order. */
const TRAINING_FIELDS: readonly string[] = [
  "optimizer",
  "learningRate",
  "schedule",
  "batchSize",
  "accumulationSteps",
  "epochs",
  "maxSteps",
  "warmupRatio",
  "warmupSteps",
  "maxGradNorm",
  "batchSampler",
  "mixing",
  "curriculum",
];

/** What was trained and how. */
export function recipeSection({ records: { recipe, run } }: CardContent): string {
  if (recipe === undefined) return "";
  const { training = {}, model = {} } = recipe;
  const settings: [string, unknown][] = [
    ["recipe", recipe.name],
    ["loss", recipe.loss],
    ["start", model.init],
    ["tokenizer", recipe.tokenizer],
    ...TRAINING_FIELDS.map((field): [string, unknown] => [field, training[field]]),
    ["steps", run?.steps],
    ["seed", run?.seed],
  ];
  const rows = settings.filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, valueText(value)]);
  return `## Recipe\n\n${table(["setting", "value"], rows)}`;
}

/** What it was trained on. */
export function dataSection({ records: { recipe, data } }: CardContent): string {
  const names = [...new Set([...Object.keys(recipe?.datasets ?? {}), ...Object.keys(data?.datasets ?? {})])];
  if (names.length === 0) return "";
  const rows = names.map((name) => {
    const { source, config } = recipe?.datasets?.[name] ?? {};
    const { kept, heldOut, columns = [] } = data?.datasets?.[name] ?? {};
    const tokens = Array.isArray(columns)
      ? columns.reduce((sum, column) => sum + (column?.tokens ?? 0), 0)
      : 0;
    return [
      name,
      sourceText(source) + (config ? `, ${config}` : ""),
      countText(kept),
      countText(heldOut),
      countText(tokens || undefined),
    ];
  });
  return `## Data\n\n${table(["set", "source", "rows trained on", "held out", "tokens"], rows)}`;
}

/** What the training took. */
export function costSection({ records: { run }, watts }: CardContent): string {
  if (run?.trainSeconds === undefined) return "";
  const { trainSeconds, device, environment } = run;
  const rows = [
    ["hardware", [environment?.machine, device].filter(Boolean).join("; ")],
    ["training time", durationText(trainSeconds)],
    ...(watts === undefined
      ? []
      : [["energy, estimated", `${energyText(trainSeconds * watts)}, at ${watts} W for all of that time`]]),
    ["versions", versionsText(environment)],
  ];
  return `## Cost\n\n${table(["what", "value"], rows.filter(([, value]) => value !== ""))}`;
}

/** Names and numbers as they are, records as `kind (field value, ...)`. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? sourceText(value) : String(value);
  }
  const { kind, ...fields } = value as Record<string, unknown>;
  const list = Object.entries(fields).filter(([, field]) => field !== null && field !== undefined)
    .map(([name, field]) => `${name} ${valueText(field)}`).join("; ");
  if (kind === undefined) return list;
  return list === "" ? String(kind) : `${kind} (${list})`;
}

/** Addresses of the hub stay; of a path on somebody's machine, or another address, only the name is told. */
function sourceText(source: string | undefined): string {
  if (source === undefined || source.startsWith("hf://")) return source ?? "";
  return source.split(/[\\/]/).at(-1)!;
}

function countText(count: number | undefined): string {
  return count === undefined ? "" : count.toLocaleString("en");
}

function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds.toPrecision(2)} seconds`;
  if (seconds < 3600) return `${(seconds / 60).toFixed(1)} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
}

/** @param joules energy */
function energyText(joules: number): string {
  const wattHours = joules / 3600;
  return wattHours < 100
    ? `${Number(wattHours.toPrecision(2))} Wh`
    : `${(wattHours / 1000).toPrecision(2)} kWh`;
}

function versionsText(environment: Readonly<Record<string, string>> = {}): string {
  const { machine: _, ...versions } = environment;
  return Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
}
