/** examples/browser in a real headless browser: served statically, searched letter by letter. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildSite } from "../examples/browser/build.ts";
import { TextIndex } from "../examples/browser/text_index.ts";
import { StaticModel } from "../model/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer } from "../text/mod.ts";

/** Where Debian and others put it; `LATHE_CHROMIUM` may name another. */
const PLACES = [
  Deno.env.get("LATHE_CHROMIUM"),
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** What a browser without a network and a sandbox of its own needs. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];

const executablePath = PLACES.find((path) => path && isThere(path));
if (executablePath === undefined) {
  console.log("skipped: no browser for the test of examples/browser; set LATHE_CHROMIUM");
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const ANIMALS = [
  "lion",
  "tiger",
  "sparrow",
  "salmon",
  "beetle",
  "horse",
  "whale",
  "falcon",
  "otter",
  "lizard",
];
const PLACES_OF_ANIMALS = [
  "forest",
  "river",
  "desert",
  "garden",
  "mountain",
  "harbour",
  "meadow",
  "cave",
  "island",
  "swamp",
];

/** 3,000 texts, no two alike; among them letters of other scripts, and a long one. */
function someTexts(): string[] {
  const others = [
    "Ein Löwe wohnt in der Wüste.",
    "東京の川に住む魚",
    "Лев живёт в пустыне",
    `The ${"very ".repeat(500)}old whale.`,
  ];
  const plain = Array.from(
    { length: 3000 - others.length },
    (_, i) =>
      `The ${ANIMALS[i % 10]} number ${i} lives in the ${PLACES_OF_ANIMALS[Math.floor(i / 10) % 10]}.`,
  );
  return [...others, ...plain];
}

/** A model whose rows are drawn by a fixed pattern: enough to tell texts apart. */
async function saveModel(folder: string, texts: readonly string[]): Promise<StaticModel> {
  const json = buildWordPieceTokenizer(texts, { vocabSize: 1000 });
  const tokenizer = await loadTokenizer(json, "tokenizer of the test");
  const dim = 64;
  const table = Float32Array.from(
    { length: tokenizer.vocabSize * dim },
    (_, i) => Math.sin(i * 12.9898 + i * i * 0.078),
  );
  const model = StaticModel.create({ table, dim, tokenizer });
  await model.save(folder);
  return model;
}

/** A server of files as anyone has one; counts what is asked for. */
function serveFolder(folder: string, asked: string[]): Deno.HttpServer<Deno.NetAddr> {
  const types: Record<string, string> = {
    html: "text/html",
    js: "text/javascript",
    json: "application/json",
  };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    asked.push(path);
    const name = path === "/" ? "index.html" : path.slice(1);
    const bytes = await Deno.readFile(join(folder, name)).catch(() => undefined);
    if (bytes === undefined) return new Response("not found", { status: 404 });
    return new Response(bytes, {
      headers: { "content-type": types[name.split(".").at(-1)!] ?? "application/octet-stream" },
    });
  });
}

interface Site {
  folder: string;
  page: Page;
  texts: string[];
  model: StaticModel;
  asked: string[];
}

async function withSite(use: (site: Site) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const texts = someTexts();
  const model = await saveModel(join(folder, "model"), texts);
  await Deno.writeTextFile(join(folder, "texts.txt"), texts.join("\n"));
  await buildSite(join(folder, "model"), join(folder, "texts.txt"), join(folder, "site"));
  const asked: string[] = [];
  const server = serveFolder(join(folder, "site"), asked);
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on(
      "request",
      (request) =>
        !request.url().startsWith(`http://127.0.0.1:${server.addr.port}/`) &&
        !request.url().startsWith("data:") && faults.push(request.url()),
    );
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    await page.getByText("3,000 texts encoded in").waitFor({ timeout: 20_000 });
    await use({ folder, page, texts, model, asked });
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await server.shutdown();
    model.dispose();
    await Deno.remove(folder, { recursive: true });
  }
}

async function hitsOf(page: Page, query: string): Promise<string[]> {
  await page.locator(`#hits[data-query=${JSON.stringify(query)}]`).waitFor({ state: "attached" });
  return await page.locator("#hits li").allTextContents();
}

Deno.test({
  name: "examples/browser searches with every letter, and finds what Deno finds",
  ignore: executablePath === undefined,
  async fn() {
    await withSite(async ({ page, texts, model, asked }) => {
      const index = await TextIndex.of(model, texts);
      const typed = "a whale by the harbour";
      const field = page.getByLabel("Query");
      let query = "";
      for (const letter of typed) {
        await field.press(letter === " " ? "Space" : letter);
        query += letter;
        if (letter === " ") continue; // the same query as before it
        const expected = (await index.search(query, 10)).map(({ text, score }) =>
          `${score.toFixed(3)} ${text}`
        );
        assert.deepEqual(await hitsOf(page, query), expected, query);
      }
      assert.match(
        (await page.locator("#hits li").first().textContent())!,
        /whale number \d+ lives in the harbour/,
      );
      const [, milliseconds] = /Searched in ([\d.]+) ms/.exec(await page.locator("#time").innerText())!;
      assert.ok(Number(milliseconds) < 1000, `${milliseconds} ms`);
      await field.fill("Löwe 東京");
      const expected = (await index.search("Löwe 東京", 10)).map(({ text, score }) =>
        `${score.toFixed(3)} ${text}`
      );
      assert.deepEqual(await hitsOf(page, "Löwe 東京"), expected);
      await field.fill("");
      assert.deepEqual(await hitsOf(page, ""), []);
      assert.ok(
        !asked.some((path) => path.includes("_engine") || path.includes("lib-")),
        "the large library is not fetched",
      );
    });
  },
});

Deno.test({
  name: "examples/browser takes a folder and a file that one picks, and says what is wrong with them",
  ignore: executablePath === undefined,
  async fn() {
    await withSite(async ({ folder, page }) => {
      await page.getByText("Another model, other texts").click();
      await Deno.writeTextFile(join(folder, "own.txt"), "lion\r\n\r\nriver\n");
      await page.getByLabel("Texts, one a line").setInputFiles(join(folder, "own.txt"));
      await page.getByText("2 texts encoded in").waitFor();
      await page.getByLabel("Query").fill("the lion");
      assert.match((await hitsOf(page, "the lion"))[0], /lion$/);
      await page.locator("#status").evaluate((status: { textContent: string }) => status.textContent = "");
      await page.getByLabel("Model folder").setInputFiles(join(folder, "model"));
      await page.getByText("2 texts encoded in").waitFor();
      await Deno.remove(join(folder, "model/tokenizer.json"));
      await page.getByLabel("Model folder").setInputFiles(join(folder, "model"));
      await page.getByText("Cannot load the model of this page: tokenizer.json is missing").waitFor();
      assert.match((await hitsOf(page, "the lion"))[0], /lion$/);
    });
  },
});
