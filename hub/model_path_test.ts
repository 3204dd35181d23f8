import { rejects, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { Hub, resolveModelPath } from "./mod.ts";

async function withMirror(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "models/owner/model/tokenizer.json");
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, "{}");
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("resolveModelPath() finds folders and files of models in the mirror, and leaves paths alone", async () => {
  await withMirror(async (mirror) => {
    strictEqual(
      await resolveModelPath("hf://models/owner/model", { hub: new Hub({ mirror }) }),
      join(mirror, "models/owner/model"),
    );
    strictEqual(
      await resolveModelPath("hf://models/owner/model/tokenizer.json", { hub: new Hub({ mirror }) }),
      join(mirror, "models/owner/model/tokenizer.json"),
    );
    strictEqual(await resolveModelPath("runs/x", { baseFolder: mirror }), join(mirror, "runs/x"));
    await rejects(
      resolveModelPath("hf://models/owner/none", { hub: new Hub({ mirror }) }),
      /no such model of owner .*owner\/model/,
    );
  });
});
