import { deepStrictEqual } from "node:assert/strict";
import { describe } from "./_description.ts";
import { readRows, resolveSource, type Row } from "./mod.ts";

const FIRST = `
/**
 * The **\`Lathe\`** interface turns wood; see [turning](https://example.org/turning).
 *
 * [MDN Reference](https://example.org/Lathe)
 */
interface Lathe {
  /** The **\`Lathe.turnOnce()\`** method of the {@link Lathe} interface turns the piece once. */
  turnOnce(piece: string): void;
  /** The **\`Lathe.turnOnce()\`** method with speed. */
  turnOnce(piece: string, speed: number): void;
  /** Too short. */
  speed: number;
  /** [MDN Reference](https://example.org/Lathe/a_page_with_a_long_name) */
  other: number;
  undocumented: string;
  /** The documented index is no name of its own. */
  [key: string]: unknown;
}
declare global {
  namespace Wood {
    /** A kind of wood that is hard enough to be turned. */
    const oak: string, beech: string;
  }
}
/** Whether the machine is running at the moment.
 * @deprecated use something else entirely
 */
declare function isRunning(): boolean;
`;
const SECOND = `
/** A kind of wood that is hard enough to be turned. */
declare const pine: string;
interface Lathe {
  /** Another description of the same name. */
  turnOnce: unknown;
}
`;

async function rowsOf(...files: string[]): Promise<Row[]> {
  const baseFolder = await Deno.makeTempDir();
  for (const [i, text] of files.entries()) await Deno.writeTextFile(`${baseFolder}/${i}.d.ts`, text);
  const rows: Row[] = [];
  for await (const batch of readRows(await resolveSource("*.d.ts", { baseFolder }))) rows.push(...batch);
  await Deno.remove(baseFolder, { recursive: true });
  return rows;
}

Deno.test("declarations become qualified symbols and plain descriptions, each once across files", async () => {
  deepStrictEqual(await rowsOf(FIRST, SECOND), [
    { symbol: "Lathe", description: "The interface turns wood; see turning." },
    { symbol: "Lathe.turnOnce", description: "The method of the Lathe interface turns the piece once." },
    { symbol: "Wood.oak", description: "A kind of wood that is hard enough to be turned." },
    { symbol: "isRunning", description: "Whether the machine is running at the moment." },
  ]);
});

Deno.test("describe() takes out links, code blocks, lists and the symbol's own name", () => {
  const cases: [string, string, string | undefined][] = [
    [
      "Box.fill",
      "Fills `box` by `box.fill(value[, end])` to its `end`.\n\n```js\nbox.fill(1)\n```\n\nAfter it.",
      "Fills box by to its end. After it.",
    ],
    [
      "Css.borderTop",
      "The border-top CSS property sets the upper border.",
      "The CSS property sets the upper border.",
    ],
    [
      "a.b",
      "See {@link other | the other one} and {@link Third}, at https://example.org/x .",
      "See the other one and Third, at.",
    ],
    ["a.b", "Creates a `.stack` property on the value.", "Creates a .stack property on the value."],
    ["a.b", "# Heading of a section\n\n* an entry of a list", undefined],
    ["a.b", "[MDN Reference](https://example.org/a/long/address)", undefined],
  ];
  for (const [symbol, comment, description] of cases) deepStrictEqual(describe(comment, symbol), description);
});

Deno.test("describe() takes whole paragraphs until there are 400 characters", () => {
  const paragraph = "word ".repeat(50).trim();
  deepStrictEqual(describe([1, 2, 3].map(() => paragraph).join("\n\n"), "a"), `${paragraph} ${paragraph}`);
});
