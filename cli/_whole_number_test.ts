import assert from "node:assert/strict";
import { UsageError } from "./_args.ts";
import { wholeNumber } from "./_whole_number.ts";

Deno.test("wholeNumber() takes digits from the least number on, and nothing else", () => {
  assert.equal(wholeNumber("0", "seed", { least: 0, example: 5 }), 0);
  assert.equal(wholeNumber("10000000", "take", { least: 1, example: 256 }), 10_000_000);
  for (const text of ["0", "-1", "1.5", "1e3", "0x10", " 1", "", "many", "9007199254740993"]) {
    assert.throws(() => wholeNumber(text, "take", { least: 1, example: 256 }), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(
        error.message,
        `Cannot read --take ${text}: it is no whole number from 1; write --take 256`,
      );
      return true;
    });
  }
});
