import { join } from "node:path";
import { StaticModel } from "../model/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import { parseArguments } from "./_args.ts";
import type { Command, Options } from "./_command.ts";

const WORDS = ["[UNK]", "cat", "dog", "bird"];

/**
 * Runs a test with a saved model of four words and two dimensions: row i is (i, 1).
 *
 * @param use Takes a temporary folder and the model's folder in it.
 */
export async function withModel(use: (folder: string, model: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const json = JSON.stringify({
      version: "1.0",
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "Whitespace" },
      post_processor: null,
      decoder: null,
      model: {
        type: "WordPiece",
        unk_token: "[UNK]",
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
      },
    });
    const tokenizer = await loadTokenizer(json, "tokenizer of the test");
    const table = Float32Array.from(WORDS.flatMap((_, id) => [id, 1]));
    const model = StaticModel.create({ table, dim: 2, tokenizer });
    await model.save(join(folder, "model"));
    model.dispose();
    await use(folder, join(folder, "model"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Runs a command as the command line does, without a process of its own.
 *
 * @param command The command.
 * @param argv What stands after its name.
 */
export async function runCommand<O extends Options>(command: Command<O>, ...argv: string[]): Promise<void> {
  const args = await parseArguments(command, argv);
  if (args !== undefined) await command.run(args);
}
