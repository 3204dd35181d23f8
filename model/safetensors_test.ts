import assert from "node:assert/strict";
import { type Dtype, DTYPES } from "./_dtypes.ts";
import { readFloat32Tensor, readSafetensorsHeader, readTensor } from "./read_safetensors.ts";
import { writeSafetensors } from "./write_safetensors.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A file with the given header text and as many bytes of data. */
async function writeRaw(path: string, header: string, dataBytes: number): Promise<void> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  await Deno.writeFile(path, bytes);
}

Deno.test("safetensors: every element type comes back as it was written", () =>
  inFolder(async (folder) => {
    for (const dtype of Object.keys(DTYPES) as Dtype[]) {
      const data = DTYPES[dtype].allocate(6);
      for (let i = 0; i < 6; i++) {
        data[i] = data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(i) : i;
      }
      const path = `${folder}/${dtype}.safetensors`;
      await writeSafetensors(path, {
        odd: { dtype: "U8", shape: [1], data: Uint8Array.of(9) },
        x: { dtype, shape: [2, 3], data },
      });
      const header = await readSafetensorsHeader(path);
      assert.deepEqual(header.tensors.get("x")!.shape, [2, 3]);
      assert.deepEqual(await readTensor(header, "x"), data);
      assert.deepEqual(header.metadata, { format: "pt" });
    }
  }));

Deno.test("readFloat32Tensor casts float16, bfloat16 and int8", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x.safetensors`;
    const expected = Float32Array.of(1, -2.5, 0.5, 100);
    await writeSafetensors(path, {
      half: { dtype: "F16", shape: [4], data: Float16Array.from(expected) },
      brain: {
        dtype: "BF16",
        shape: [4],
        data: new Uint16Array(expected.buffer.slice(0)).filter((_, i) => i % 2 === 1),
      },
      int: { dtype: "I8", shape: [3], data: Int8Array.of(-128, 0, 127) },
    });
    const header = await readSafetensorsHeader(path);
    assert.deepEqual(await readFloat32Tensor(header, "half"), expected);
    assert.deepEqual(await readFloat32Tensor(header, "brain"), expected);
    assert.deepEqual(await readFloat32Tensor(header, "int"), Float32Array.of(-128, 0, 127));
    await assert.rejects(readTensor(header, "none"), /does not have it; it has these: brain, half, int/);
  }));

Deno.test("writeSafetensors: the order of the tensors does not change the bytes, data starts at a multiple of 8", () =>
  inFolder(async (folder) => {
    const a = { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) } as const;
    const b = { dtype: "F64", shape: [1], data: Float64Array.of(3) } as const;
    await writeSafetensors(`${folder}/1`, { a, b });
    await writeSafetensors(`${folder}/2`, { b, a });
    const bytes = await Deno.readFile(`${folder}/1`);
    assert.deepEqual(await Deno.readFile(`${folder}/2`), bytes);
    const { tensors } = await readSafetensorsHeader(`${folder}/1`);
    assert.equal(tensors.get("b")!.start % 8, 0);
    assert.equal(tensors.get("a")!.start, tensors.get("b")!.start + 8);
  }));

Deno.test("writeSafetensors refuses a shape that does not fit and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const wrong = { dtype: "F32", shape: [3], data: Float32Array.of(1, 2) } as const;
    await assert.rejects(writeSafetensors(`${folder}/x`, { wrong }), TypeError);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("readSafetensorsHeader: a file cut short at any place is one clear sentence", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x.safetensors`;
    await writeSafetensors(path, { x: { dtype: "F32", shape: [4], data: new Float32Array(4) } });
    const bytes = await Deno.readFile(path);
    for (let length = 9; length < bytes.length; length++) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      await assert.rejects(readSafetensorsHeader(path), {
        name: "RangeError",
        message: /it was cut short .*; download/,
      });
    }
    for (const length of [0, 7]) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      await assert.rejects(readSafetensorsHeader(path), /it is \d bytes long; give a safetensors file/);
    }
  }));

Deno.test("readSafetensorsHeader refuses damaged headers", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x.safetensors`;
    const cases: [string, number, RegExp][] = [
      ["not json", 0, /its header is not JSON/],
      ['{"x":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}', 4, /element type "F99"/],
      ['{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4, /is given 4 bytes and needs 8/],
      ['{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4, /has no shape or no offsets/],
      ['{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8, /does not start where the last ends/],
      ['{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 6, /2 bytes after its last tensor/],
    ];
    for (const [header, bytes, message] of cases) {
      await writeRaw(path, header, bytes);
      await assert.rejects(readSafetensorsHeader(path), message);
    }
    await Deno.writeTextFile(path, "version https://git-lfs.github.com/spec/v1\n");
    await assert.rejects(readSafetensorsHeader(path), /its first 8 bytes are no header length/);
  }));
