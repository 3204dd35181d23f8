import assert from "node:assert/strict";
import { storeTable } from "./stored_table.ts";

const TABLE = Float32Array.of(1, -0.75, 0.25, 0, 0, 0, -1e-3, 5e-4, 1e-3);

Deno.test("storeTable gives float32 as it is, float16 rounded", () => {
  assert.deepEqual(storeTable(TABLE, 3, "float32"), { data: TABLE });
  assert.deepEqual(storeTable(TABLE, 3, "float16"), { data: new Float16Array(TABLE) });
});

Deno.test("storeTable gives int8 with a scale for every row: long rows do not cost short ones their digits", () => {
  const { data, scales } = storeTable(TABLE, 3, "int8");
  assert.deepEqual([...data], [127, -95, 32, 0, 0, 0, -127, 64, 127]);
  TABLE.forEach((value, i) => {
    const scale = scales![Math.floor(i / 3)];
    // half a level, and the rounding of float32
    assert.ok(Math.abs(data[i] * scale - value) <= 0.5001 * scale, `${data[i]} for ${value}`);
  });
});

Deno.test("storeTable keeps int8 within 127 where a row's largest number is subnormal", () => {
  const { data } = storeTable(Float32Array.of(3e-45, -3e-45), 2, "int8");
  assert.ok(data.every((level) => Math.abs(level) <= 127));
});

Deno.test("storeTable refuses what the precision cannot hold, and names the row", () => {
  const wrong = Float32Array.of(1, 2, 70_000, 4);
  assert.throws(() => storeTable(wrong, 2, "float16"), { name: "RangeError", message: /row 1 holds 70000/ });
  assert.throws(() => storeTable(Float32Array.of(NaN), 1, "int8"), {
    name: "RangeError",
    message: /row 0 holds NaN/,
  });
});
