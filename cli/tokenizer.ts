import {
  carryTable,
  checkNewFolder,
  countTokens,
  extendTokenizer,
  frequentWords,
  mostUsedTokens,
  pruneTokenizer,
  saveNewModel,
  TOKENIZER_KINDS,
  trainTokenizer,
} from "../distill/mod.ts";
import { type Hub, resolveModelPath } from "../hub/mod.ts";
import { loadModel } from "../model/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { parseSizes, UsageError } from "./_args.ts";
import { oneOf } from "./_choice.ts";
import { type Arguments, defineCommand, type Options } from "./_command.ts";
import { corpus, CORPUS_OPTIONS, readWords } from "./_corpus.ts";
import { openHub } from "./_environment.ts";
import { print } from "./_output.ts";
import { Progress } from "./_progress.ts";
import { checkNewFile, readTokenizer, writeTokenizer } from "./_tokenizer_files.ts";

const ACTIONS = ["train", "prune", "extend", "carry"] as const;

const OPTIONS = {
  output: {
    type: "string",
    short: "o",
    placeholder: "PATH",
    description: "The tokenizer.json to write; of carry, the model folder",
  },
  kind: {
    type: "string",
    placeholder: TOKENIZER_KINDS.join("|"),
    description: "What to train",
    default: "wordPiece",
  },
  size: { type: "string", placeholder: "N", description: "Tokens of the vocabulary, to train or to keep" },
  cased: { type: "boolean", description: "Train on texts as they are, not lower-cased" },
  ...CORPUS_OPTIONS,
  words: { type: "string", placeholder: "FILE", description: "Extend by the words of this file, one a line" },
  "add-words": {
    type: "string",
    placeholder: "N",
    description: "Extend by the N words that the texts cut into pieces most often",
  },
  to: { type: "string", placeholder: "TOKENIZER", description: "Carry the model over to this tokenizer" },
  force: { type: "boolean", description: "Replace the tokenizer.json if it exists" },
} as const satisfies Options;

type TokenizerArguments = Arguments<typeof OPTIONS>["options"];

/** What an action works with. */
interface Work {
  options: TokenizerArguments;
  /** The tokenizer or model that is worked on; undefined where none is named. */
  source: string | undefined;
  output: string;
  hub: Hub;
}

/** `tokenizer ACTION [SOURCE]`: trains, prunes and extends vocabularies, and carries models over to them. */
export const tokenizerCommand = defineCommand({
  name: "tokenizer",
  summary: "Train, prune or extend a vocabulary, and carry a model over to it",
  positionals: [
    { name: "ACTION", required: true, description: `one of ${ACTIONS.join(", ")}` },
    {
      name: "SOURCE",
      required: false,
      description:
        "to prune or extend, a tokenizer.json or its folder; to carry, a model; hf://models/OWNER/NAME too",
    },
  ],
  options: OPTIONS,
  examples: [
    {
      command: "deno task tokenizer train --recipe my-recipe.ts --kind wordPiece --size 30000 -o words.json",
      does: "A vocabulary trained on the texts of a recipe",
    },
    {
      command:
        "deno task tokenizer prune hf://models/FacebookAI/xlm-roberta-base --texts docs.txt --size 50000 -o small.json",
      does: "The 50,000 tokens that the texts use most",
    },
    {
      command: "deno task tokenizer extend runs/quickstart --words terms.txt -o larger.json",
      does: "The model's vocabulary and some whole words",
    },
    {
      command: "deno task tokenizer carry runs/quickstart --to larger.json -o runs/larger",
      does: "The model with that vocabulary: rows matched by text, the others averaged from pieces",
    },
  ],
  async run({ options, positionals: [name, source] }) {
    const action = ACTIONS.find((each) => each === name);
    if (action === undefined) {
      throw new UsageError(
        `Cannot run tokenizer ${name}: there is no such action; write ${ACTIONS.join(", ")}`,
      );
    }
    if (options.output === undefined) throw lacking(action, "--output");
    if (action !== "carry") await checkNewFile(options.output, options.force);
    await RUN[action]({ options, source, output: options.output, hub: openHub() });
  },
});

const RUN: Readonly<Record<(typeof ACTIONS)[number], (work: Work) => Promise<void>>> = {
  async train({ options, output, hub, source }) {
    if (source !== undefined) {
      throw new UsageError(`Cannot train from ${source}: name texts by --texts or --recipe`);
    }
    const kind = oneOf(options.kind, TOKENIZER_KINDS, "kind");
    const texts = textsOf("train", options);
    let progress = new Progress({ unit: "texts" });
    let shown = "texts";
    const json = await trainTokenizer(texts(hub), {
      kind,
      vocabSize: sizeOf("train", options),
      lowercase: !options.cased,
      onProgress: ({ stage, done, total }) => {
        if (stage !== shown) {
          progress.finish();
          progress = new Progress({ unit: stage });
          shown = stage;
        }
        progress.update(done, { total });
      },
    }).finally(() => progress.finish());
    await writeTokenizer(output, json);
    await tell(output, json);
  },
  async prune({ options, output, hub, source }) {
    const size = sizeOf("prune", options);
    const texts = textsOf("prune", options);
    const tokenizer = await openTokenizer("prune", source, hub);
    try {
      const counts = await withCount((onProgress) => countTokens(texts(hub), tokenizer, onProgress));
      const { json } = pruneTokenizer(tokenizer.json, mostUsedTokens(tokenizer, { counts, vocabSize: size }));
      await writeTokenizer(output, json);
      await tell(output, json);
    } finally {
      tokenizer.dispose();
    }
  },
  async extend({ options, output, hub, source }) {
    const most = options["add-words"] === undefined
      ? undefined
      : parseSizes(options["add-words"], "add-words")[0];
    if (options.words === undefined && most === undefined) throw lacking("extend", "--words or --add-words");
    const texts = most === undefined ? undefined : textsOf("extend", options);
    const tokenizer = await openTokenizer("extend", source, hub);
    try {
      const words = options.words === undefined ? [] : await readWords(options.words);
      if (texts !== undefined) words.push(...await frequentWords(texts(hub), tokenizer, { most: most! }));
      const { json, added, skipped } = await extendTokenizer(tokenizer, words);
      if (added.length === 0) throw nothingAdded(skipped);
      await writeTokenizer(output, json);
      await tell(output, json);
      print(`${number(added.length)} tokens put in, ${number(skipped.length)} words not\n`);
      for (const { word, reason } of skipped.slice(0, 3)) print(`  ${JSON.stringify(word)}: ${reason}\n`);
    } finally {
      tokenizer.dispose();
    }
  },
  async carry({ options, output, hub, source }) {
    if (source === undefined) throw lacking("carry", "a model");
    if (options.to === undefined) throw lacking("carry", "--to");
    await checkNewFolder(output);
    const model = await loadModel(await resolveModelPath(source, { hub }));
    const { parts, rows } = await carryTable(model, await readTokenizer(options.to, hub));
    await saveNewModel(output, parts);
    print(
      `${output}: ${number(parts.rows)} tokens; ${number(rows.matched)} rows taken over, ` +
        `${number(rows.averaged)} averaged from pieces, ${number(rows.unknown)} unknown\n`,
    );
  },
};

async function openTokenizer(action: string, source: string | undefined, hub: Hub): Promise<Tokenizer> {
  if (source === undefined) throw lacking(action, "a tokenizer");
  return await loadTokenizer(await readTokenizer(source, hub), source);
}

function lacking(action: string, what: string): UsageError {
  return new UsageError(`Cannot run tokenizer ${action}: ${what} is missing; see tokenizer --help`);
}

function nothingAdded(skipped: readonly { word: string; reason: string }[]): RangeError {
  const [first] = skipped;
  const reason = first === undefined ? "no word was given" : `${JSON.stringify(first.word)}: ${first.reason}`;
  return new RangeError(
    `Cannot extend the vocabulary: no word can be put in (${reason}); give words that it cuts into pieces`,
  );
}

function textsOf(action: string, options: TokenizerArguments): (hub: Hub) => AsyncGenerator<string[]> {
  const texts = corpus(options);
  if (texts === undefined) throw lacking(action, "--texts or --recipe");
  return texts;
}

function sizeOf(action: string, { size }: TokenizerArguments): number {
  if (size === undefined) throw lacking(action, "--size");
  return parseSizes(size, "size")[0];
}

async function withCount<T>(work: (onProgress: (texts: number) => void) => Promise<T>): Promise<T> {
  const progress = new Progress({ unit: "texts" });
  return await work((texts) => progress.update(texts)).finally(() => progress.finish());
}

async function tell(path: string, json: string): Promise<void> {
  const tokenizer = await loadTokenizer(json, path);
  print(`${path}: ${number(tokenizer.vocabSize)} tokens\n`);
  tokenizer.dispose();
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
