import assert from "node:assert/strict";
import { join } from "node:path";
import { loadSettledModel } from "./_settled_model.ts";
import { withModel } from "./_test_model.ts";

Deno.test("loadSettledModel loads a folder in which a link leads nowhere, and none that is being written", async () => {
  await withModel(async (_folder, model) => {
    await Deno.symlink("gone", join(model, "NOTES"));
    (await loadSettledModel(model)).dispose();
    await Deno.writeTextFile(join(model, "model.safetensors.partial"), "");
    await assert.rejects(loadSettledModel(model), /model.safetensors.partial says that it is being written/);
  });
});
