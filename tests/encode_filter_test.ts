/** `encode` as a filter of bytes that nobody has looked at before. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { withModel } from "../cli/_test_model.ts";
import { lathe, MAIN } from "../cli/_test_process.ts";

/** How BERT sees words, by which texts are cut a hundred times faster than by the test model's rules. */
const BERT = {
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
};

async function useBert(model: string): Promise<void> {
  const path = join(model, "tokenizer.json");
  const json = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...json, ...BERT }));
}

const IS_UNIX = Deno.build.os !== "windows";

/** A shell command in which `$LATHE` is the command line. */
async function shell(
  script: string,
  cwd: string,
): Promise<{ code: number; out: string; error: string }> {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script],
    env: { LATHE: `${Deno.execPath()} run -A --no-check ${MAIN}`, NO_COLOR: "1", LATHE_DEBUG: "" },
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

Deno.test("encode takes NUL, letters of four bytes and halves of letters in JSON, and gives each line back", async () => {
  await withModel(async (_folder, model) => {
    const plain = await lathe(["encode", model], { input: "cat\0dog\n\0\n𝄞 cat\r\n" });
    assert.deepEqual([plain.code, plain.error], [0, ""]);
    const lines = plain.out.trimEnd().split("\n");
    assert.deepEqual(lines.map((line) => JSON.parse(line).text), ["cat\0dog", "\0", "𝄞 cat"]);
    // A half of a surrogate pair is no letter: it counts as the replacement character, and comes back as it was.
    const input = '{"text":"cat \\ud834"}\n{"text":"cat \\ufffd"}\n"\\udd1e"\n';
    const halves = await lathe(["encode", model, "--field", "text"], { input });
    assert.deepEqual([halves.code, halves.error], [0, ""]);
    const [half, replaced] = halves.out.split("\n");
    assert.ok(half.startsWith('{"text":"cat \\ud834","embedding":['));
    assert.equal(half.slice(half.indexOf("[")), replaced.slice(replaced.indexOf("[")));
  });
});

Deno.test(
  "encode ends with status 1 and one sentence at bytes that are no text, a full disk or a file that is there",
  {
    ignore: !IS_UNIX,
  },
  async () => {
    await withModel(async (folder) => {
      const says = async (script: string, message: RegExp): Promise<void> => {
        const { code, error } = await shell(script, folder);
        assert.equal(code, 1, script);
        assert.match(error, message);
      };
      await says(
        `printf 'cat\\n\\377\\n' | $LATHE encode model`,
        /^Cannot read standard input: line 2 is not UTF-8; .*\n$/,
      );
      await says(
        `printf '{' | $LATHE encode model --field text`,
        /^Cannot read standard input: line 1 is not JSON/,
      );
      if (existsSync("/dev/full")) {
        await says(
          `yes cat | $LATHE encode model > /dev/full`,
          /^Cannot write standard output: no space is left on the disk; .*\n$/,
        );
      }
      await says(
        `touch out.npy; yes cat | $LATHE encode model -o out.npy`,
        /^Cannot write out\.npy: the file exists; name another, or give --force\n$/,
      );
    });
  },
);

Deno.test(
  "encode of nothing gives nothing, and ends quietly when its reader goes",
  { ignore: !IS_UNIX },
  async () => {
    await withModel(async (folder) => {
      assert.deepEqual(await shell(": | $LATHE encode model", folder), { code: 0, out: "", error: "" });
      const cut = await shell("yes cat | $LATHE encode model | head -n 1", folder);
      assert.deepEqual(cut, {
        code: 0,
        out: '{"text":"cat","embedding":[1.00000000,1.00000000]}\n',
        error: "",
      });
    });
  },
);

Deno.test("encode takes a line of 100 MB", { ignore: !IS_UNIX }, async () => {
  await withModel(async (folder, model) => {
    await useBert(model);
    // A million times both words, (1, 1) and (2, 1), so that float32 sums are exact.
    const words = "cat dog".padEnd(99);
    const script = `yes '${words}' | tr '\\n' ' ' | head -c 100000000 | $LATHE encode model -o out.npy`;
    assert.deepEqual(await shell(script, folder), { code: 0, out: "", error: "" });
    const bytes = await Deno.readFile(join(folder, "out.npy"));
    assert.deepEqual([...new Float32Array(bytes.buffer, 128)], [1.5, 1]);
  });
});

Deno.test("encode needs no more memory for more input, and leaves no file when it is ended", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await withModel(async (folder, model) => {
    await useBert(model);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, "encode", model, "-o", join(folder, "out.jsonl")],
      stdin: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    const chunk = new TextEncoder().encode(("cat dog bird ".repeat(75) + "\n").repeat(1000));
    const megabytes = async (chunks: number): Promise<number> => {
      for (let i = 0; i < chunks; i++) await writer.write(chunk);
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1e3;
    };
    const before = await megabytes(20); // 1 MB each
    const after = await megabytes(100);
    // The collector lets some garbage lie; all input at once would be 100 MB, and twice that as strings.
    assert.ok(after < before + 60, `${before} MB, then ${after} MB`);
    const ended = child.output();
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    await writer.abort().catch(() => {});
    assert.equal(code, 1);
    assert.match(new TextDecoder().decode(stderr), /^Stopped: the command was interrupted and left no file/);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["model"]);
  });
});
