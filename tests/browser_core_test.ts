/** What encodes texts runs where there is neither Deno nor Node.js: a browser's JavaScript is enough. */
import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { modelInMemory, someTexts } from "../model/_thousand_words.ts";
import { StaticModel } from "../model/mod.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const DOOR = join(ROOT, "model/mod.ts");

/** What a file imports when it is loaded; types and dynamic imports are not. */
function staticImports(path: string): string[] {
  const found = Deno.readTextFileSync(path).matchAll(
    /^(?:import|export)\b(?! type\b)[^;]*?\bfrom "([^"]+)"/gm,
  );
  return [...found].map(([, specifier]) => specifier);
}

Deno.test("model/mod.ts loads no file that needs a package, Deno or Node.js to be loaded", () => {
  const faults: string[] = [];
  const seen = new Set([DOOR]);
  for (const path of seen) {
    for (const specifier of staticImports(path)) {
      if (specifier.startsWith(".")) seen.add(join(dirname(path), specifier));
      else faults.push(`${relative(ROOT, path)} imports ${specifier}`);
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(seen.size > 20, `${seen.size} files`);
});

const WORLDS = {
  "a browser": "",
  "a browser that shares no memory": `
    delete globalThis.SharedArrayBuffer;
    const { Memory } = WebAssembly;
    WebAssembly.Memory = function (limits) {
      if (limits.shared) throw new TypeError("not isolated");
      return new Memory(limits);
    };`,
};

for (const [world, preparation] of Object.entries(WORLDS)) {
  Deno.test(`StaticModel.fromFiles encodes in ${world}, with the same bits`, async () => {
    const texts = [...someTexts(300), "a".repeat(100_000)];
    using model = await StaticModel.fromFiles(modelInMemory(70));
    const { data } = await model.encode(texts, { normalize: true });
    const script = `
      const print = console.log;
      delete globalThis.Deno;
      delete globalThis.process;
      delete globalThis.Buffer;
      ${preparation}
      const { StaticModel } = await import(${
      JSON.stringify(new URL("../model/mod.ts", import.meta.url).href)
    });
      const { modelInMemory, someTexts } = await import(${
      JSON.stringify(new URL("../model/_thousand_words.ts", import.meta.url).href)
    });
      const model = await StaticModel.fromFiles(modelInMemory(70));
      await model.useThreads(1);
      const texts = [...someTexts(300), "a".repeat(100_000)];
      const { data } = await model.encode(texts, { normalize: true });
      const again = await model.encode(texts.slice(0, 3));
      const digest = await crypto.subtle.digest("SHA-256", data);
      print(new Uint8Array(digest).toHex(), again.rows, model.table.length);`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", script],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data as Float32Array<ArrayBuffer>));
    assert.equal(new TextDecoder().decode(stdout), `${digest.toHex()} 3 ${700 * 70}\n`);
  });
}
