import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand, withModel } from "./_test_model.ts";
import { NPY_HEADER_BYTES } from "./_npy.ts";
import { encodeCommand } from "./encode.ts";

async function encodeFile(
  text: string | Uint8Array<ArrayBuffer>,
  name: string,
  ...options: string[]
): Promise<Encoded> {
  const encoded: Encoded = { json: [], floats: [], header: "", left: [] };
  await withModel(async (folder, model) => {
    const input = join(folder, name);
    const output = join(folder, options.includes("--npy") ? "out.npy" : "out.jsonl");
    await Deno.writeFile(input, typeof text === "string" ? new TextEncoder().encode(text) : text);
    const given = options.filter((each) => each !== "--npy");
    try {
      await runCommand(encodeCommand, model, input, "--output", output, ...given);
    } finally {
      encoded.left = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
    }
    const bytes = await Deno.readFile(output);
    if (options.includes("--npy")) {
      encoded.header = new TextDecoder("latin1").decode(bytes.subarray(0, NPY_HEADER_BYTES));
      encoded.floats = [...new Float32Array(bytes.buffer, NPY_HEADER_BYTES)];
    } else {
      encoded.json = new TextDecoder().decode(bytes).split("\n").slice(0, -1).map((line) => JSON.parse(line));
    }
  });
  return encoded;
}

interface Encoded {
  json: unknown[];
  floats: number[];
  header: string;
  left: string[];
}

Deno.test("encode turns lines into JSON lines in order, empty lines and a last line without an end included", async () => {
  const { json, left } = await encodeFile("\ufeffcat\r\n\ndog bird", "in.txt");
  assert.deepEqual(json, [
    { text: "cat", embedding: [1, 1] },
    { text: "", embedding: [0, 0] },
    { text: "dog bird", embedding: [2.5, 1] },
  ]);
  assert.deepEqual(left, ["in.txt", "model", "out.jsonl"]);
});

Deno.test("encode keeps a JSON line's fields and truncates and normalises", async () => {
  const lines = '{"id":1,"body":"dog"}\n\n{"id":2,"body":"bird"}\n';
  const { json } = await encodeFile(lines, "in.jsonl", "--field", "body", "--truncate", "1", "--normalize");
  assert.deepEqual(json, [{ id: 1, body: "dog", embedding: [1] }, { id: 2, body: "bird", embedding: [1] }]);
});

Deno.test("encode writes .npy with the number of rows in its header", async () => {
  const { floats, header } = await encodeFile("cat\ndog\n", "in.txt", "--npy");
  assert.deepEqual(floats, [1, 1, 2, 1]);
  assert.equal(header.slice(1, 6) + header.charCodeAt(8), "NUMPY118"); // 118 bytes follow, 128 in all
  assert.match(header, /\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 2\), \} +\n$/);
});

Deno.test("encode of nothing writes a matrix without rows", async () => {
  const { floats, header } = await encodeFile("", "in.txt", "--npy");
  assert.deepEqual(floats, []);
  assert.match(header, /'shape': \(0, 2\)/);
});

/** Input that must be refused, and the end of the sentence. */
const REFUSED: [string, string | Uint8Array<ArrayBuffer>, RegExp][] = [
  [
    "bad.txt",
    Uint8Array.of(0x63, 0x0a, 0xff, 0x0a),
    /bad\.txt: line 2 is not UTF-8; convert the text to UTF-8$/,
  ],
  ["bad.jsonl", '{"text":"cat"}\n{"text":\n', /bad\.jsonl: line 2 is not JSON; correct it/],
  [
    "bad.jsonl",
    '{"title":"cat","id":1}\n',
    /line 1 has no text in text; it has title, id: name one by --field$/,
  ],
  ["bad.jsonl", "[1]\n", /line 1 is neither a record nor a text; write \{"text": "\.\.\."\}$/],
];

for (const [name, text, message] of REFUSED) {
  Deno.test(`encode refuses an input and leaves nothing half-written: ${message.source}`, async () => {
    await withModel(async (folder, model) => {
      const input = join(folder, name);
      await Deno.writeFile(input, typeof text === "string" ? new TextEncoder().encode(text) : text);
      await assert.rejects(runCommand(encodeCommand, model, input, "-o", join(folder, "out.npy")), message);
      assert.deepEqual(
        [...Deno.readDirSync(folder)].map((entry) => entry.name).sort(),
        [name, "model"].sort(),
      );
    });
  });
}

Deno.test("encode refuses wrong files and sizes before it writes", async () => {
  await withModel(async (folder, model) => {
    const input = join(folder, "in.txt");
    const output = join(folder, "out.npy");
    await Deno.writeTextFile(input, "cat\n");
    const run = (...argv: string[]): Promise<void> => runCommand(encodeCommand, ...argv);
    await assert.rejects(
      run(model, join(folder, "none.txt")),
      /none\.txt: there is no such file; check the path$/,
    );
    await assert.rejects(run(model, folder), /it is a folder; name a file$/);
    await assert.rejects(run(model, input, "--truncate", "3", "-o", output), RangeError);
    await assert.rejects(run(model, input, "--truncate", "big"), {
      name: "UsageError",
      message: /--truncate big/,
    });
    await assert.rejects(run(model, input, "-o", join(folder, "out.csv")), /its name says no format/);
    await assert.rejects(
      run(model, input, "-o", join(folder, "no", "out.npy")),
      /its folder does not exist; create it$/,
    );
    await Deno.writeTextFile(output, "mine");
    await assert.rejects(run(model, input, "-o", output), /the file exists; name another, or give --force$/);
    assert.equal(await Deno.readTextFile(output), "mine");
    await run(model, input, "-o", output, "--force");
    assert.equal((await Deno.stat(output)).size, NPY_HEADER_BYTES + 8);
  });
});

Deno.test("encode gives a JSON line back as it stood: large numbers, decimals, order and names of fields", async () => {
  await withModel(async (folder, model) => {
    const [input, output] = [join(folder, "in.jsonl"), join(folder, "out.jsonl")];
    const line = '{"id": 12345678901234567890, "f":1.0, "text":"cat", "2":0, "1":0, "__proto__":{}}';
    await Deno.writeTextFile(input, `${line}\r\n "dog" \n`);
    await runCommand(encodeCommand, model, input, "-o", output);
    assert.equal(
      await Deno.readTextFile(output),
      `${
        line.slice(0, -1)
      },"embedding":[1.00000000,1.00000000]}\n{"text":"dog","embedding":[2.0000000,1.00000000]}\n`,
    );
  });
});

Deno.test("encode refuses lines that have an embedding already, but not for .npy", async () => {
  await withModel(async (folder, model) => {
    const input = join(folder, "in.jsonl");
    const run = (name: string, ...more: string[]): Promise<void> =>
      runCommand(encodeCommand, model, input, "-o", join(folder, name), ...more);
    await Deno.writeTextFile(input, '{"text":"cat","embedding":[1]}\n');
    await assert.rejects(
      run("out.jsonl"),
      /line 1 has a field embedding already; rename it, or write an \.npy/,
    );
    await run("out.npy");
    await Deno.writeTextFile(input, '"cat"\n');
    await assert.rejects(run("out.jsonl", "--field", "embedding"), /has a field embedding already/);
  });
});

Deno.test("encode refuses a vector that is not finite, which JSON would turn into null", async () => {
  await withModel(async (folder, model) => {
    const table = join(model, "model.safetensors");
    const bytes = await Deno.readFile(table);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true); // the last number is of bird
    await Deno.writeFile(table, bytes);
    const input = join(folder, "in.txt");
    await Deno.writeTextFile(input, "cat\nbird\n");
    await assert.rejects(
      runCommand(encodeCommand, model, input, "-o", join(folder, "out.npy")),
      /in\.txt: the vector of text 2 holds a number that is not finite; look for/,
    );
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["in.txt", "model"]);
  });
});

Deno.test("encode says in one sentence why an output cannot be written", async () => {
  await withModel(async (folder, model) => {
    const input = join(folder, "in.txt");
    await Deno.writeTextFile(input, "cat\n");
    await Deno.mkdir(join(folder, "dir.npy"));
    const refused = (message: RegExp, output: string): Promise<void> =>
      assert.rejects(runCommand(encodeCommand, model, input, "--force", "-o", join(folder, output)), message);
    await refused(
      /^RangeError: Cannot write .*x\.npy: what should be its folder is a file; choose/,
      "in.txt/x.npy",
    );
    await refused(
      /^RangeError: Cannot write .*: its name is too long; choose a shorter one$/,
      "x".repeat(300) + ".npy",
    );
    await refused(/^RangeError: Cannot write .*dir\.npy: it is a folder; name a file$/, "dir.npy");
    await assert.rejects(
      runCommand(encodeCommand, model, input, "-o", join(folder, "in.txt", "x.npy")),
      /^RangeError: Cannot write .*x\.npy: what should be its folder is a file; choose another place$/,
    );
    await assert.rejects(runCommand(encodeCommand, model, ""), {
      name: "UsageError",
      message: /INPUT is empty/,
    });
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "dir.npy",
      "in.txt",
      "model",
    ]);
  });
});
