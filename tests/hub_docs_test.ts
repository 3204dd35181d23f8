/** The page on the hub says what the code says. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { hubOptions } from "../cli/_environment.ts";

const page = await Deno.readTextFile(new URL("../docs/hub.md", import.meta.url));

/** The first cells of the rows of a section's table that are code. */
function codeIn(section: string): string[] {
  const [, text] = page.split(`\n## ${section}\n`);
  return [...text.split("\n## ")[0].matchAll(/^\| `([^`]+)`/gm)].map(([, code]) => code);
}

Deno.test("docs/hub.md names every variable that is read, and no other", () => {
  const read = new Set<string>();
  hubOptions((name) => void read.add(name));
  const old = ["HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_CACHE"];
  deepStrictEqual([...codeIn("Environment"), ...old].sort(), [...read].sort());
  for (const name of old) ok(page.includes(`\`${name}\``));
});

Deno.test("docs/hub.md quotes what the errors say", async () => {
  const sources: string[] = [];
  const folder = new URL("../hub/", import.meta.url);
  for (const { name } of Deno.readDirSync(folder)) {
    sources.push(await Deno.readTextFile(new URL(name, folder)));
  }
  const code = sources.join("\n").replaceAll("${what}", "data set");
  const quoted = [...codeIn("When it fails"), ...codeIn("Pushing a model")];
  deepStrictEqual(quoted.filter((words) => !code.includes(words)), []);
  ok(quoted.length >= 24);
});
