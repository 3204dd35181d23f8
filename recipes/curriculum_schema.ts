import { v } from "./_valibot.ts";
import { above, choice, field, must, orNone, record, tagged, text } from "./_fields.ts";

/** A share that is not nothing. */
function share(): v.GenericSchema<number> {
  const message = must("a number above 0 and at most 1");
  return v.pipe(v.number(message), v.gtValue(0, message), v.maxValue(1, message));
}

const difficulty = tagged([
  record({ kind: v.literal("length") }),
  record({
    kind: v.literal("guide"),
    model: field(
      text("a model folder or hf://models/OWNER/NAME"),
      "The model whose margin between positive and hardest negative tells how easy a row is.",
    ),
  }),
  record({
    kind: v.literal("column"),
    column: field(
      text("a column's name"),
      "Column of numbers in every data set; the higher, the harder a row.",
    ),
  }),
]);

const pacing = record({
  kind: field(
    v.optional(choice(["linear", "root", "exponential", "step"]), "root"),
    "Rows come in by equal shares, by ever smaller ones, by equal factors, or all at once.",
  ),
  start: field(v.optional(share(), 0.2), "Share of the rows at the beginning, above 0."),
  until: field(v.optional(share(), 0.5), "Share of the training after which all rows are drawn, above 0."),
});

/** The curriculum of a recipe. */
export const CURRICULUM_SCHEMA = record({
  by: field(difficulty, "What tells how difficult a row is: its length, a guide's margin, or a column."),
  pacing: field(v.optional(pacing, { kind: "root" }), "How the share of the rows that are drawn grows."),
  order: field(v.optional(choice(["easyFirst", "hardFirst"]), "easyFirst"), "At which end it begins."),
  weightPower: field(
    orNone(above(0)),
    "Null draws no row before its time; a number draws it (share admitted / its place)^weightPower of the time.",
  ),
});
