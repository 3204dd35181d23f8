/**
 * Puts the page, a model folder and a file of texts into one folder that any static server serves:
 *
 * ```sh
 * deno run -A examples/browser/build.ts runs/quickstart texts.txt site
 * ```
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Files of a model folder that the page loads. */
const MODEL_FILES = [
  "modules.json",
  "config.json",
  "config_sentence_transformers.json",
  "tokenizer.json",
  "model.safetensors",
];

/**
 * Builds the site.
 *
 * @param model a model folder with a tokenizer of BERT's kind
 * @param texts a file with a text on every line
 * @param site the folder to write
 * @throws Error when the page cannot be bundled
 */
export async function buildSite(model: string, texts: string, site: string): Promise<void> {
  await Deno.mkdir(join(site, "model"), { recursive: true });
  for (const name of MODEL_FILES) {
    await Deno.copyFile(join(model, name), join(site, "model", name)).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  await Deno.copyFile(texts, join(site, "texts.txt"));
  await Deno.copyFile(join(HERE, "index.html"), join(site, "index.html"));
  await bundle(site);
}

/** The tokenizers library, which only other tokenizers need, stays in a file of its own that is not fetched. */
async function bundle(site: string): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--platform",
      "browser",
      "--code-splitting",
      "--minify",
      "--outdir",
      site,
      join(HERE, "page.ts"),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot bundle the page: ${new TextDecoder().decode(stderr)}; see what deno says`);
  }
}

if (import.meta.main) {
  const [model, texts, site] = Deno.args;
  if (site === undefined) {
    console.error("Usage: deno run -A examples/browser/build.ts MODEL TEXTS SITE");
    Deno.exit(2);
  }
  await buildSite(model, texts, site);
  console.log(`Serve ${site} with any static server, such as: npx serve ${site}`);
}
