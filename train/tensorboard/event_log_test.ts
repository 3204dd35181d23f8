import assert from "node:assert/strict";
import { EventLog } from "./event_log.ts";
import { scoreScalars, trainingScalars } from "./scalars.ts";
import { tfrecord } from "./tfrecord.ts";

/*
 * A reader from the specifications alone: TFRecord framing, CRC-32C bit by bit, the protocol buffer wire format. It
 * shares nothing with what is tested.
 */

/** CRC-32C with the reversed Castagnoli polynomial. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function checkMasked(stored: number, bytes: Uint8Array): void {
  const rotated = (stored - 0xa282ead8) >>> 0;
  assert.equal(((rotated >>> 17) | (rotated << 15)) >>> 0, crc32c(bytes));
}

function recordsOf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    checkMasked(view.getUint32(at + 8, true), file.subarray(at, at + 8));
    const data = file.subarray(at + 12, at + 12 + length);
    checkMasked(view.getUint32(at + 12 + length, true), data);
    records.push(data);
    at += 16 + length;
  }
  return records;
}

type Field = [number, number | Uint8Array];

/** Fields of a message: varints and floats as numbers, the rest as bytes. */
function fieldsOf(message: Uint8Array): Field[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): number => {
    for (let value = 0, unit = 1;; unit *= 128) {
      const byte = message[at++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  const fields: Field[] = [];
  while (at < message.length) {
    const key = varint();
    const wire = key & 7;
    if (wire === 0) fields.push([key >>> 3, varint()]);
    else if (wire === 1) fields.push([key >>> 3, view.getFloat64(at, true)]), at += 8;
    else if (wire === 5) fields.push([key >>> 3, view.getFloat32(at, true)]), at += 4;
    else {
      assert.equal(wire, 2);
      const length = varint();
      fields.push([key >>> 3, message.subarray(at, at += length)]);
    }
  }
  return fields;
}

interface ReadEvent {
  wallTime: number;
  step: number;
  version?: string;
  restarted?: boolean;
  scalars: Record<string, number>;
}

function eventOf(message: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: 0, step: 0, scalars: {} };
  const text = (bytes: number | Uint8Array): string => new TextDecoder().decode(bytes as Uint8Array);
  for (const [field, value] of fieldsOf(message)) {
    if (field === 1) event.wallTime = value as number;
    else if (field === 2) event.step = value as number;
    else if (field === 3) event.version = text(value);
    else if (field === 7) event.restarted = fieldsOf(value as Uint8Array)[0][1] === 1;
    else if (field === 5) {
      for (const [, one] of fieldsOf(value as Uint8Array)) {
        const [[, tag], [number, scalar]] = fieldsOf(one as Uint8Array);
        assert.equal(number, 2);
        event.scalars[text(tag)] = scalar as number;
      }
    } else assert.fail(`field ${field}`);
  }
  return event;
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the independent reader's checksum is that of the standard's example", () => {
  // RFC 3720, B.4: the CRC-32C of 32 bytes of zeros.
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(recordsOf(tfrecord(new TextEncoder().encode("123456789"))).length, 1);
});

Deno.test("an event log is read back by an independent reader", async () => {
  await withFolder(async (folder) => {
    let now = 1_700_000_000.25;
    const log = await EventLog.open(`${folder}/run`, { wallTime: () => now++ });
    assert.match(log.path, /\/run\/events\.out\.tfevents\.1700000000\.lathe\.0$/);
    const record = {
      step: 10,
      loss: 2.5,
      learningRate: 0.2,
      gradientNorm: 1.25,
      waitedSeconds: 0,
      seconds: 4,
      pairsPerSecond: 5120,
      steps: 10,
    };
    await log.scalars(10, trainingScalars(record));
    await log.scalars(
      2 ** 40,
      scoreScalars(256, { "NanoSciFact_cosine_ndcg@10": 0.5, undefined_score: null }),
    );
    await log.scalars(11, { nothing: null });
    log.close();
    assert.deepEqual(recordsOf(await Deno.readFile(log.path)).map(eventOf), [
      { wallTime: 1_700_000_001.25, step: 0, version: "brain.Event:2", scalars: {} },
      {
        wallTime: 1_700_000_002.25,
        step: 10,
        scalars: {
          "train/loss": 2.5,
          "train/learning_rate": Math.fround(0.2),
          "train/gradient_norm": 1.25,
          "speed/pairs_per_second": 5120,
          "speed/step_milliseconds": 400,
          "speed/waited_seconds": 0,
        },
      },
      { wallTime: 1_700_000_003.25, step: 2 ** 40, scalars: { "NanoSciFact_cosine_ndcg@10/256": 0.5 } },
    ]);
  });
});

Deno.test("a resumed run begins a file of its own, which says from which step on it counts", async () => {
  await withFolder(async (folder) => {
    const options = { wallTime: () => 1_700_000_000 };
    (await EventLog.open(folder, options)).close();
    const log = await EventLog.open(folder, { ...options, resumedFrom: 20 });
    log.close();
    assert.match(log.path, /lathe\.1$/);
    const [, start] = recordsOf(await Deno.readFile(log.path)).map(eventOf);
    assert.deepEqual([start.step, start.restarted], [21, true]);
  });
});
