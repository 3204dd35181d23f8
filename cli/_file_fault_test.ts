import assert from "node:assert/strict";
import { fileFault } from "./_file_fault.ts";

/** A device that is always full, on Linux. */
const FULL = "/dev/full";
const hasFull = await Deno.stat(FULL).then(() => true, () => false);
if (!hasFull) console.log(`fileFault is not tested on a full disk: there is no ${FULL} here`);

Deno.test({
  name: "fileFault names a full disk",
  ignore: !hasFull,
  fn: () => {
    const file = Deno.openSync(FULL, { write: true });
    try {
      assert.throws(
        () => file.writeSync(new Uint8Array(1)),
        (error) => /^no space is left/.test(fileFault(error)),
      );
    } finally {
      file.close();
    }
  },
});
