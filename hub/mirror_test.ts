import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { Hub, parseHubAddress } from "./mod.ts";

Deno.test("a mirror gives files where they lie, and their bytes, at whatever revision", async () => {
  const mirror = await Deno.makeTempDir();
  try {
    const folder = join(mirror, "datasets/owner/name");
    for (const [path, text] of [["README.md", "hello"], ["data/b.csv", "q\n1\n"]]) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    const repository = await new Hub({ mirror, offline: true }).open(
      parseHubAddress("hf://datasets/owner/name@v1", "datasets"),
    );
    strictEqual(repository.revision, undefined);
    const files = await repository.listFiles();
    deepStrictEqual(files.map(({ path, size }) => [path, size]), [["README.md", 5], ["data/b.csv", 4]]);
    await Deno.utime(join(folder, "README.md"), 1, 1);
    const [changed, same] = await repository.listFiles();
    strictEqual(changed.version === files[0].version, false);
    strictEqual(same.version, files[1].version);
    strictEqual(await repository.fetch("data/b.csv"), join(folder, "data/b.csv"));
    strictEqual(await repository.findLocal("data/b.csv"), join(folder, "data/b.csv"));
    strictEqual(await repository.fetchFolder("data"), join(folder, "data"));
    deepStrictEqual([await repository.readText("README.md"), await repository.readText("no")], [
      "hello",
      undefined,
    ]);
    deepStrictEqual(await repository.readRange("README.md", 1, 4), new TextEncoder().encode("ell"));
    await rejects(
      repository.readRange("README.md", 1, 6),
      /README\.md: it ends before byte 6; download or write it/,
    );
  } finally {
    await Deno.remove(mirror, { recursive: true });
  }
});
