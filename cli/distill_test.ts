import assert from "node:assert/strict";
import { join } from "node:path";
import { testTokenizer, withTestTeacher } from "../distill/_test_teacher.ts";
import { StaticModel } from "../model/mod.ts";
import { runCommand } from "./_test_model.ts";
import { distillCommand } from "./distill.ts";
import { soupCommand } from "./soup.ts";
import { tokenizerCommand } from "./tokenizer.ts";

Deno.test("distill writes a model that loads, and what was done beside it", async () => {
  await withTestTeacher(async (teacher) => {
    const words = join(teacher, "words.txt");
    await Deno.writeTextFile(words, "uncats\n\ndog\n");
    const texts = join(teacher, "texts.txt");
    await Deno.writeTextFile(texts, "cats and cats\ncats dog dogs dogs dogs dogs dogs\ncats cats\n");
    const output = join(teacher, "out");
    const more = ["--words", words, "--texts", texts, "--add-words", "5", "--pca", "3", "--type", "float16"];
    await runCommand(distillCommand, teacher, "-o", output, ...more);
    const report = JSON.parse(await Deno.readTextFile(join(output, "distill.json")));
    assert.deepEqual(report.tokens, { kept: 13, removed: 1, added: 3 });
    assert.equal(report.frequencies, "texts");
    const model = await StaticModel.load(output);
    assert.deepEqual([model.dim, model.normalize, model.tokenizer.encode("dogs uncats").length], [
      3,
      true,
      2,
    ]);
    model.dispose();
    await assert.rejects(
      runCommand(distillCommand, teacher, "-o", output),
      /it is not empty .*; name another --output$/,
    );
  });
});

Deno.test("distill refuses a command line before it loads the teacher", async () => {
  const refused: [string[], RegExp][] = [
    [
      ["--pooling", "middle"],
      /Cannot read --pooling middle: it is not known; write one of mean, first, last, /,
    ],
    [["--pca", "many"], /Cannot read --pca many: it is no number above 0; write a number, or off$/],
    [["--sif", "-1"], /--sif/],
    [["--type", "int4"], /write one of float32, float16, int8$/],
    [["--remove", "["], /Cannot read --remove \[: .*; write a regular expression, or off$/],
    [["--add-words", "9"], /no texts are named to find them in; give --texts or --recipe$/],
    [["--quantize-vocabulary", "0"], /it is no whole number from 1/],
    [["--seed", "-1"], /--seed/],
    [["--seed", "1.5"], /Cannot read --seed 1.5: it is no whole number from 0; write --seed 12$/],
  ];
  for (const [argv, message] of refused) {
    await assert.rejects(runCommand(distillCommand, "no-such-teacher", ...argv), {
      name: "UsageError",
      message,
    });
  }
  await assert.rejects(
    runCommand(distillCommand, "no-such-teacher", "-o", "no-such-folder", "--seed", "0"),
    /it does not exist/,
  );
});

Deno.test("tokenizer trains, prunes, extends and carries, and soup mixes what came of it", async () => {
  await withTestTeacher(async (folder) => {
    const at = (name: string): string => join(folder, name);
    await Deno.writeTextFile(at("texts.txt"), "cats and dogs\nuncats and birds\n".repeat(9));
    await Deno.writeTextFile(at("words.txt"), "cats\n");
    const run = (...argv: string[]): Promise<void> => runCommand(tokenizerCommand, ...argv);
    await run("train", "--texts", at("texts.txt"), "--size", "300", "-o", at("trained.json"));
    await run("prune", folder, "--texts", at("texts.txt"), "--size", "9", "-o", at("pruned.json"));
    await run("extend", at("pruned.json"), "--words", at("words.txt"), "-o", at("larger.json"));
    assert.ok("cats" in JSON.parse(await Deno.readTextFile(at("larger.json"))).model.vocab);
    await runCommand(distillCommand, folder, "-o", at("model"), "--pca", "off");
    await run("carry", at("model"), "--to", at("larger.json"), "-o", at("carried"));
    const model = await StaticModel.load(at("carried"));
    assert.equal(model.tokenizer.encode("cats").length, 1);
    model.dispose();
    await runCommand(distillCommand, folder, "-o", at("other"), "--pca", "off", "--pooling", "first");
    await runCommand(soupCommand, at("model"), at("other"), "-o", at("soup"), "--shares", "3,1");
    const soup = JSON.parse(await Deno.readTextFile(at("soup/soup.json")));
    assert.deepEqual([soup.kind, soup.shares], ["uniform", [3, 1]]);
    await assert.rejects(
      runCommand(soupCommand, at("model"), at("carried"), "-o", at("none")),
      /their tokenizers differ; mix models that were trained from one start$/,
    );
    await assert.rejects(
      run("prune", folder, "--size", "9", "-o", at("x.json")),
      /--texts or --recipe is missing/,
    );
    await assert.rejects(
      run("train", "-o", at("trained.json")),
      /the file exists; name another, or give --force$/,
    );
    await assert.rejects(
      run("grow", "-o", at("x.json")),
      /there is no such action; write train, prune, extend, carry$/,
    );
    await assert.rejects(run("extend", folder, "-o", at("x.json")), /--words or --add-words is missing/);
    await assert.rejects(runCommand(soupCommand, at("model")), /one is named; name two or more$/);
    await assert.rejects(
      runCommand(soupCommand, at("model"), at("other"), at("soup"), "--curve", "3"),
      /a line has two ends, not 3; name two$/,
    );
  }, { files: { "tokenizer.json": JSON.stringify(testTokenizer()) } });
});

Deno.test("soup scores mixtures on a benchmark: greedily, and along a line", async () => {
  await withTestTeacher(async (folder) => {
    const at = (name: string): string => join(folder, name);
    await Deno.mkdir(at("dev/qrels"), { recursive: true });
    const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row) + "\n").join("");
    await Deno.writeTextFile(
      at("dev/corpus.jsonl"),
      lines(["cat", "dog", "bird"].map((text) => ({ _id: text, title: "", text }))),
    );
    await Deno.writeTextFile(at("dev/queries.jsonl"), lines([{ _id: "q", text: "cats" }]));
    await Deno.writeTextFile(at("dev/qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq\tcat\t1\n");
    await runCommand(distillCommand, folder, "-o", at("a"), "--pca", "off");
    await runCommand(distillCommand, folder, "-o", at("b"), "--pca", "off", "--pooling", "last");
    const more = ["--benchmark", at("dev"), "--json"];
    await runCommand(soupCommand, at("a"), at("b"), "--greedy", "-o", at("soup"), ...more);
    const { kind, tried } = JSON.parse(await Deno.readTextFile(at("soup/soup.json")));
    assert.equal(kind, "greedy");
    assert.equal(tried.length, 2);
    await runCommand(soupCommand, at("a"), at("b"), "--curve", "3", ...more);
    await assert.rejects(
      runCommand(soupCommand, at("a"), at("b"), "--curve", "3", "--metric", "fame", ...more),
      /Cannot score mixtures by fame: .* has no such score; choose from /,
    );
    await assert.rejects(
      runCommand(soupCommand, at("a"), at("b"), "--curve", "3"),
      /it has no recipe\.json; give --benchmark/,
    );
  });
});
