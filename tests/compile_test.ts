/** Compiled programs: put together with what they must hold. Running one needs a stub that only Deno's site has. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { globSync } from "node:fs";
import { join } from "node:path";
import { filePackages } from "../bundle/_packages.ts";
import { ROOT } from "../bundle/_project.ts";
import { targetNamed, TARGETS } from "../bundle/_targets.ts";
import { compile } from "../bundle/compile.ts";

Deno.test("every target's shared library is in the package of ONNX Runtime", () => {
  for (const target of TARGETS) {
    const runtime = filePackages(target).find(({ name }) => name === "onnxruntime-node")!;
    for (const pattern of runtime.files) {
      const found = globSync(pattern, { cwd: join(ROOT, "node_modules/onnxruntime-node") });
      assert.equal(found.length, 1, `${target.name}: ${pattern}`);
    }
  }
  assert.throws(() => targetNamed("linux"), /Cannot make a program for linux: .* name one of linux-x64, /);
});

Deno.test({
  name: "compile puts code, workers, the tokenizers and the target's shared library into one file",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      // Deno itself stands in for the stub: the file is put together alike, but does not start as Lathe.
      const file = await compile(targetNamed("linux-arm64"), folder, Deno.execPath());
      const bytes = Buffer.from(await Deno.readFile(file));
      const holds = async (path: string): Promise<void> => {
        const part = (await Deno.readFile(path)).subarray(-5000, -1000);
        assert.ok(bytes.includes(part), path);
      };
      const packages = join(ROOT, "node_modules");
      await holds(join(packages, "onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime.so.1"));
      await holds(join(packages, "@mlc-ai/web-tokenizers/lib/index.js"));
      await holds(join(packages, "typescript/lib/lib.dom.d.ts"));
      for (const name of ["kernels._worker.js", "recipes.mod.js", "cli.main.js"]) {
        assert.ok(bytes.includes(name), name);
      }
      assert.ok(
        !bytes.includes((await Deno.readFile(
          join(packages, "onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1"),
        )).subarray(-5000, -1000)),
        "the library of another target",
      );
      assert.match(await Deno.readTextFile(join(folder, "NOTICES.txt")), /^typescript 6/m);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("compile says in one sentence why Deno cannot", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assert.rejects(
      compile(targetNamed("linux-x64"), folder, join(folder, "none")),
      /^Error: Cannot compile for linux-x64: [^\n]+; see that Deno can fetch its stub, or set DENORT_BIN$/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
