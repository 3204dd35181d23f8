import { BASE_LOSSES, type LossRequirements } from "../train/mod.ts";
import { fieldTable } from "./_field_table.ts";

/** Folder of the losses, whose documentation the page is made from. */
const LOSSES = new URL("../train/losses/", import.meta.url);

/** What the page says before the parts that are made from the code. */
const INTRODUCTION = `# Losses

This page is made from the code: \`deno run -A recipes/_loss_page.ts\` prints it, and a test holds it up to date.

A recipe names its loss with a helper or, in JSON, with the record that the helper returns:

\`\`\`ts ignore
loss: matryoshka(multipleNegativesRanking({ scale: 20 }), { dims: [64, 128, 256] }),
\`\`\`

What is left out takes its default. A data set may name a loss of its own (\`datasets.NAME.loss\`); the others take the
recipe's. The loss decides which columns the data must have: text columns in the order of their roles, and for some
losses a column of labels: the first one named \`label\`, \`labels\`, \`score\`, \`scores\`, \`vector\` or \`embedding\`
([data](data.md)).

Every loss, every option and every gradient is tested against the reference implementation (Sentence Transformers 6.0.1,
float64) or, where it has no number to give, against the formula in float64. All agree within 1e-5. A text without any
direction (a zero vector) has the cosine 0 with every other and receives no gradient.

\`batchSemiHardTriplet\` and \`batchAllTriplet\` sort distances with \`TopK\`, \`GatherElements\`, \`ScatterElements\` and
\`CumSum\`, of which not every provider has all; all other losses keep to elementwise operators, reductions, softmax and
matrix products. What a provider lacks, the runtime takes to the CPU.
`;

/**
 * The page docs/losses.md: a table to choose by the data's columns, and for each loss its formula, columns, options and
 * reference, from the code's own documentation.
 *
 * @returns Markdown.
 */
export async function lossPage(): Promise<string> {
  const docs = await specDocumentation();
  const kinds = Object.keys(BASE_LOSSES) as (keyof typeof BASE_LOSSES)[];
  const sections = [...kinds, "matryoshka", "sum"].map((kind) => section(kind, docs));
  return [INTRODUCTION, "## Choose by your data\n", choice(docs), ...sections].join("\n");
}

/** The documentation above the record of each loss, by kind. */
async function specDocumentation(): Promise<Map<string, string>> {
  const docs = new Map<string, string>();
  for await (const { name } of Deno.readDir(LOSSES)) {
    const code = await Deno.readTextFile(new URL(name, LOSSES));
    for (const [, comment, body] of code.matchAll(SPEC)) {
      const kind = /kind: "(\w+)";/.exec(body)?.[1];
      if (kind !== undefined) docs.set(kind, comment.replaceAll(/^ \* ?/gm, "").trim());
    }
  }
  return docs;
}

/** An exported record and the comment above it. */
const SPEC = /\/\*\*\n((?: \*[^/].*\n| \*\n)+) \*\/\nexport interface \w+Spec[^\n]*\{\n([\s\S]*?)\n\}/g;

/** One loss: title, what it is, and formula, columns, options and reference. */
function section(kind: string, docs: ReadonlyMap<string, string>): string {
  const [purpose, ...parts] = paragraphs(kind, docs);
  const said = new Map(parts.map((part) => [part.split(":")[0], part.slice(part.indexOf(":") + 2)]));
  const lines = [`## ${titleOf(kind, docs)}`, `\`${kind}\`: ${purpose.slice(purpose.indexOf(":") + 2)}`];
  for (const [name, text] of said) {
    lines.push(
      name === "Formula" ? `\`\`\`text\n${text.replaceAll("`", "")}\n\`\`\`` : `**${name}**: ${text}`,
    );
    if (name === "Columns") lines.push(optionTable(kind));
  }
  return lines.filter((line) => line !== "").join("\n\n") + "\n";
}

function paragraphs(kind: string, docs: ReadonlyMap<string, string>): string[] {
  const text = docs.get(kind);
  if (text === undefined) {
    throw new RangeError(`Cannot describe ${kind}: its record has no comment; write one`);
  }
  return text.split(/\n\n/);
}

function titleOf(kind: string, docs: ReadonlyMap<string, string>): string {
  return paragraphs(kind, docs)[0].split(":")[0];
}

/** The rows of the recipe's fields that are options of a loss. */
function optionTable(kind: string): string {
  const prefix = `\`loss(${kind}).`;
  const rows = fieldTable().split("\n").filter((row) => row.startsWith(`| ${prefix}`));
  if (rows.length === 0) return "";
  const head = ["| option | values | default | meaning |", "| --- | --- | --- | --- |"];
  return [...head, ...rows.map((row) => row.replace(prefix, "`"))].join("\n");
}

/** The losses by what they read. */
function choice(docs: ReadonlyMap<string, string>): string {
  const groups = new Map<string, string[]>();
  for (const [kind, { needs }] of Object.entries(BASE_LOSSES)) {
    const title = titleOf(kind, docs);
    const link = `[${title}](#${title.toLowerCase()})`;
    const columns = dataOf(needs);
    groups.set(columns, [...groups.get(columns) ?? [], link]);
  }
  const rows = [...groups].map(([columns, links]) => `| ${columns} | ${links.join(", ")} |`);
  return ["| your data | losses |", "| --- | --- |", ...rows].join("\n") + "\n";
}

function dataOf({ columns, guide }: LossRequirements): string {
  return guide ? `${columns}, and a guide model` : columns;
}

if (import.meta.main) await Deno.stdout.write(new TextEncoder().encode(await lossPage()));
