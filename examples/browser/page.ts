/// <reference lib="dom" />
/**
 * The page: loads a model folder and a file of texts, encodes the texts, and searches them with every letter typed.
 * Nothing leaves the browser.
 *
 * @module
 */
import { type ModelFiles, StaticModel } from "../../model/mod.ts";
import { fetchModelFiles, readPickedFiles } from "./model_files.ts";
import { TextIndex } from "./text_index.ts";

/** Texts that are shown. */
const SHOWN = 10;

const query = element<HTMLInputElement>("query");
const status = element("status");
const time = element("time");
const hits = element("hits");

let model: StaticModel | undefined;
let texts: string[] = [];
let index: TextIndex | undefined;
/** Number of the newest search: an older one that ends later is not shown. */
let newest = 0;

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** Runs a step and says what went wrong, if something does. */
async function guarded(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

async function useModel(files: ModelFiles): Promise<void> {
  status.textContent = "Loading the model ...";
  const loaded = await StaticModel.fromFiles(files, "of this page");
  index = undefined;
  model?.dispose();
  model = loaded;
  await encodeTexts();
}

function useTexts(file: string): void {
  texts = file.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

async function encodeTexts(): Promise<void> {
  if (model === undefined) return;
  status.textContent = `Encoding ${texts.length.toLocaleString("en")} texts ...`;
  await new Promise((resolve) => setTimeout(resolve)); // so that the line is seen
  const start = performance.now();
  index = await TextIndex.of(model, texts);
  const milliseconds = Math.max(1, Math.round(performance.now() - start));
  status.textContent = `${texts.length.toLocaleString("en")} texts encoded in ${milliseconds} ms, ` +
    `${model.dim} dimensions. Type.`;
  query.disabled = false;
  query.focus();
  await search();
}

async function search(): Promise<void> {
  const number = ++newest;
  const text = query.value.trim();
  if (index === undefined) return;
  const start = performance.now();
  const found = text === "" ? [] : await index.search(text, SHOWN);
  if (number !== newest) return;
  hits.replaceChildren(...found.map(({ text, score }) => {
    const item = document.createElement("li");
    const number = document.createElement("output");
    number.textContent = score.toFixed(3);
    item.append(number, ` ${text}`);
    return item;
  }));
  hits.dataset.query = text;
  time.textContent = text === "" ? "" : `Searched in ${(performance.now() - start).toFixed(1)} ms`;
}

query.addEventListener("input", () => void guarded(search));
element<HTMLInputElement>("folder").addEventListener("change", (event) => {
  const { files } = event.target as HTMLInputElement;
  if (files !== null && files.length > 0) void guarded(async () => useModel(await readPickedFiles(files)));
});
element<HTMLInputElement>("lines").addEventListener("change", (event) => {
  const [file] = (event.target as HTMLInputElement).files ?? [];
  if (file === undefined) return;
  void guarded(async () => {
    useTexts(await file.text());
    await encodeTexts();
  });
});

void guarded(async () => {
  const parameters = new URLSearchParams(location.search);
  const address = (name: string, preset: string): URL =>
    new URL(parameters.get(name) ?? preset, location.href);
  const response = await fetch(address("texts", "texts.txt"));
  if (response.ok) useTexts(await response.text());
  await useModel(await fetchModelFiles(address("model", "model/")));
});
