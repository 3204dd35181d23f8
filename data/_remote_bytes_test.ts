import { deepStrictEqual } from "node:assert/strict";
import type { ByteSpan } from "./_file_bytes.ts";
import { planSpans } from "./_remote_bytes.ts";

const MIB = 1 << 20;

function span(start: number, end: number): ByteSpan {
  return { start: start * MIB, end: end * MIB };
}

Deno.test("planSpans() joins what lies close together", () => {
  const near = [{ start: 100, end: 200 }, { start: 0, end: 50 }, { start: 200 + MIB / 2, end: MIB }];
  deepStrictEqual(planSpans([near]), [{ start: 0, end: MIB }]);
  deepStrictEqual(planSpans([[span(0, 1)], [span(1, 2)], [span(2, 3)]]), [span(0, 3)]);
});

Deno.test("planSpans() leaves out gaps of more than half a mebibyte, and empty chunks", () => {
  deepStrictEqual(planSpans([[span(0, 1), span(2, 3), span(5, 5)]]), [span(0, 1), span(2, 3)]);
  deepStrictEqual(planSpans([[span(0, 1)], [span(2, 3)]]), [span(0, 1), span(2, 3)]);
  deepStrictEqual(planSpans([]), []);
});

Deno.test("planSpans() joins row groups up to 16 MiB, and chunks of one row group without limit", () => {
  deepStrictEqual(planSpans([[span(0, 10)], [span(10, 16)], [span(16, 17)]]), [span(0, 16), span(16, 17)]);
  deepStrictEqual(planSpans([[span(0, 20), span(20, 40)]]), [span(0, 40)]);
});

Deno.test("planSpans() keeps row groups apart that do not lie in their order", () => {
  deepStrictEqual(planSpans([[span(4, 5)], [span(0, 1)]]), [span(4, 5), span(0, 1)]);
});
