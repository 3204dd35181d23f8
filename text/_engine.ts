/**
 * The Hugging Face tokenizers library as a WASM module (`@mlc-ai/web-tokenizers`), behind three functions.
 *
 * The package is a UMD script in an ES-module package: in Deno it finds neither `require` nor `__filename` nor
 * `__dirname`, which it needs while it starts, and it leaves its exports on the global object instead of exporting
 * them. This file lends it the three names for as long as it starts and takes the export off the global object
 * again, so that nobody else sees either.
 *
 * @module
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";

/** One tokenizer inside the WASM module. */
export interface Engine {
  /** Token ids of a text, without special tokens. The text must be well-formed UTF-16. */
  encode(text: string): Int32Array;
  /** Frees the memory inside the WASM module. */
  dispose(): void;
}

interface EngineClass {
  fromJSON(json: ArrayBuffer): Promise<Engine>;
}

const PACKAGE = "@mlc-ai/web-tokenizers";
const GLOBALS = ["require", "__filename", "__dirname", "tokenizers"] as const;

/** What the module printed while it read a tokenizer file or a text; undefined while it reads none. */
let complaints: string[] | undefined;
let engineClass: Promise<EngineClass> | undefined;

/**
 * Gives a tokenizer file to the WASM module.
 *
 * @param json text of a tokenizer.json
 * @throws {SyntaxError} with the module's own words if it cannot read the file
 */
export async function createEngine(json: string): Promise<Engine> {
  const library = await (engineClass ??= loadEngine());
  complaints = [];
  try {
    return guarded(await library.fromJSON(new TextEncoder().encode(json).buffer));
  } catch (cause) {
    throw new SyntaxError(reasonIn(complaints), { cause });
  } finally {
    complaints = undefined;
  }
}

/** The module says in print why it gives up on a text, as Unigram without an unknown token does, and never recovers. */
function guarded(engine: Engine): Engine {
  return {
    encode(text: string): Int32Array {
      complaints = [];
      try {
        return engine.encode(text);
      } catch (cause) {
        const lacksMemory = complaints.some((line) => line.startsWith("memory allocation"));
        const [reason, cure] = lacksMemory
          ? [
            `its ${text.length} characters are too many for the tokenizers library`,
            "cut it into shorter ones",
          ]
          : [reasonIn(complaints), "give a tokenizer that has a token for what it does not know"];
        throw new RangeError(`Cannot tokenize a text: ${reason}; ${cure}`, { cause });
      } finally {
        complaints = undefined;
      }
    },
    dispose: () => engine.dispose(),
  };
}

async function loadEngine(): Promise<EngineClass> {
  const require = createRequire(import.meta.url);
  const file = require.resolve(PACKAGE);
  const scope = globalThis as Record<string, unknown>;
  const before = GLOBALS.map((name) => Object.getOwnPropertyDescriptor(scope, name));
  Object.assign(scope, { require, __filename: file, __dirname: dirname(file) });
  // The module keeps the console.error that it finds at its start. It gets one that collects what it prints when it
  // gives up on a file: that is the only place where it says why.
  const consoleError = console.error;
  console.error = (...words: unknown[]): void => {
    if (complaints) complaints.push(words.join(" "));
    else consoleError(...words);
  };
  try {
    await import("@mlc-ai/web-tokenizers");
    const library = (scope.tokenizers as { Tokenizer: EngineClass }).Tokenizer;
    await startEngine(library);
    return library;
  } finally {
    console.error = consoleError;
    GLOBALS.forEach((name, i) => {
      if (before[i]) Object.defineProperty(scope, name, before[i]);
      else delete scope[name];
    });
  }
}

/** The module compiles itself when it is first given a file; the smallest file does. */
async function startEngine(library: EngineClass): Promise<void> {
  const smallest = {
    version: "1.0",
    added_tokens: [],
    model: { type: "WordLevel", vocab: {}, unk_token: "" },
  };
  const engine = await library.fromJSON(new TextEncoder().encode(JSON.stringify(smallest)).buffer);
  engine.dispose();
}

/** The message of the Rust error among the lines of a panic. */
function reasonIn(lines: readonly string[]): string {
  const text = lines.join("\n");
  const message = /Error\("(.*)", line: \d+, column: \d+\)/.exec(text) ??
    /panicked at [^\n]*\n([^\n]*)/.exec(text);
  return message ? message[1] : "the tokenizers library refuses it";
}
