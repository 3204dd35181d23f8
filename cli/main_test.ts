import assert from "node:assert/strict";
import { lathe, MAIN } from "./_test_process.ts";
import { withModel } from "./_test_model.ts";

Deno.test("main answers help with every command and its examples, status 0", async () => {
  const { code, out } = await lathe(["help"]);
  assert.equal(code, 0);
  for (const name of ["eval", "encode", "recipe"]) assert.match(out, new RegExp(`^  ${name} `, "m"));
});

Deno.test("main refuses an unknown command and an unknown option with status 2", async () => {
  assert.deepEqual(await lathe(["encdoe"]), {
    code: 2,
    out: "",
    error: "Cannot run encdoe: there is no such command; did you mean encode?\n",
  });
  const { code, error } = await lathe(["recipe", "quickstart", "--sett", "a=1"]);
  assert.deepEqual([code, error], [2, "Cannot run recipe: --sett is not an option; did you mean --set?\n"]);
});

Deno.test("main prints a refused recipe as one sentence without a stack, status 1", async () => {
  assert.deepEqual(await lathe(["recipe", "quickstart", "--set", "training.batchsize=4"]), {
    code: 1,
    out: "",
    error: "Cannot read recipe quickstart: training.batchsize is not a known key; did you mean batchSize?\n",
  });
});

Deno.test("recipe prints a shipped recipe as JSON with its override", async () => {
  const { code, out } = await lathe(["recipe", "retrieval-en", "--set", "training.batchSize=512"]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).training.batchSize, 512);
});

Deno.test("encode is a filter from standard input to standard output", async () => {
  await withModel(async (_folder, model) => {
    const { code, out, error } = await lathe(["encode", model], { input: "cat\ndog\n" });
    assert.deepEqual([code, error], [0, ""]);
    const records = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(records, [{ text: "cat", embedding: [1, 1] }, { text: "dog", embedding: [2, 1] }]);
  });
});

Deno.test("encode ends quietly when its reader goes away", async () => {
  await withModel(async (folder, model) => {
    const input = `${folder}/many.txt`;
    await Deno.writeTextFile(input, "cat dog bird\n".repeat(50_000)); // more than a pipe holds
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, "encode", model, input],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    const [status, error] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assert.deepEqual([status.code, error], [0, ""]);
  });
});

Deno.test({
  name: "encode takes its half-written file back when it is interrupted, status 1",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await withModel(async (folder, model) => {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", MAIN, "encode", model, "--output", `${folder}/out.npy`],
        stdin: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("cat\n"));
      const names = (): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name);
      while (!names().some((name) => name.endsWith(".partial"))) {
        await new Promise((go) => setTimeout(go, 20));
      }
      // The file is opened one turn of the event loop before signals are heard.
      await new Promise((go) => setTimeout(go, 200));
      child.kill("SIGTERM");
      const [status, error] = await Promise.all([child.status, new Response(child.stderr).text()]);
      await writer.abort().catch(() => {});
      assert.deepEqual([status.code, names()], [1, ["model"]]);
      assert.match(error, /^Stopped: the command was interrupted and left no file; start it again\n$/);
    });
  },
});

Deno.test("eval turns what the operating system says of its files into a sentence", async () => {
  await withModel(async (folder, model) => {
    await Deno.mkdir(`${model}/recipe.json`);
    const { code, error } = await lathe(["eval", model], { cwd: folder });
    assert.equal(code, 1);
    assert.match(
      error,
      /^Cannot read recipe .*recipe\.json: Is a directory .*; restore it, or give --benchmark .*\n$/,
    );
    await Deno.mkdir(`${folder}/runs/latest`, { recursive: true });
    const latest = await lathe(["eval"], { cwd: folder });
    assert.equal(latest.code, 1);
    assert.match(latest.error, /^Cannot read runs\/latest: Is a directory .*; name a model folder\n$/);
  });
});
