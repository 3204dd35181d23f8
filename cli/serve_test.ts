import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../serve/mod.ts";
import { serveNumbers, type ServeNumberTexts } from "./_serve_numbers.ts";
import { UsageError } from "./_args.ts";
import { runCommand } from "./_test_model.ts";
import { serveCommand } from "./serve.ts";

const DEFAULTS = Object.fromEntries(
  Object.entries(serveCommand.options).map((
    [name, option],
  ) => [name, "default" in option ? option.default : ""]),
) as ServeNumberTexts;

Deno.test("serve's options have the limits' defaults", () => {
  assert.deepEqual(serveNumbers(DEFAULTS), { limits: DEFAULT_LIMITS, grace: 10_000, port: 8080 });
});

Deno.test("serve refuses numbers that are none or out of range", () => {
  const wrong: Partial<ServeNumberTexts>[] = [
    { port: "x" },
    { port: "65536" },
    { port: "80.5" },
    { port: "" },
    { "max-body": "0" },
    { "max-body": "600" },
    { "max-inputs": "0" },
    { "max-tokens": "1.5" },
    { timeout: "0" },
    { timeout: "NaN" },
    { timeout: "10000000" },
    { grace: "-1" },
  ];
  for (const texts of wrong) {
    const [name] = Object.keys(texts);
    assert.throws(() => serveNumbers({ ...DEFAULTS, ...texts }), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.ok(error.message.startsWith(`Cannot read --${name} `));
      return true;
    });
  }
  assert.equal(serveNumbers({ ...DEFAULTS, timeout: "0.5", "max-body": "0.5" }).limits.timeout, 500);
});

Deno.test("serve refuses a folder that is no model, and a token file that is not there", async () => {
  await assert.rejects(runCommand(serveCommand, "nowhere", "--port", "0"), /Cannot load the model .*nowhere/);
  await assert.rejects(
    runCommand(serveCommand, "nowhere", "--token-file", "gone"),
    /Cannot read the token file gone/,
  );
});
