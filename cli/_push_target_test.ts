import assert from "node:assert/strict";
import { UsageError } from "./_args.ts";
import { pushTarget, type TargetOptions } from "./_push_target.ts";

const NONE: TargetOptions = { revision: undefined, private: false, "create-pr": false };

Deno.test("pushTarget() reads a name, an address, and what stands beside it", () => {
  const plain = { id: "me/my-model.v2", branch: undefined, private: undefined, pullRequest: false };
  for (const spec of ["me/my-model.v2", "models/me/my-model.v2", "hf://models/me/my-model.v2"]) {
    assert.deepEqual(pushTarget(spec, NONE), plain);
  }
  assert.equal(pushTarget("hf://models/me/name@v2", NONE).branch, "v2");
  assert.deepEqual(pushTarget("me/name", { revision: "v3", private: true, "create-pr": true }), {
    id: "me/name",
    branch: "v3",
    private: true,
    pullRequest: true,
  });
  assert.equal(pushTarget("me/m", NONE).id, "me/m");
});

Deno.test("pushTarget() refuses what is no model's name", () => {
  const wrong: [string, RegExp][] = [
    ["name", /it is no name of a model; write OWNER\/NAME/],
    ["me/name/folder", /it is no name of a model/],
    ["me/", /it is no name of a model/],
    ["me/a b", /it is no name of a model/],
    ["me/a--b", /it is no name of a model/],
    ["me/..", /it is no name of a model/],
    ["me/name.", /it is no name of a model/],
    ["hf://datasets/me/name", /push takes models only; write OWNER\/NAME of a model/],
    ["datasets/me/name", /push takes models only/],
    ["spaces/me/name", /push takes models only/],
  ];
  for (const [spec, message] of wrong) {
    assert.throws(() => pushTarget(spec, NONE), (error: unknown) => {
      assert.ok(error instanceof UsageError, spec);
      assert.match(error.message, message);
      return true;
    });
  }
  const both = { ...NONE, revision: "v3" };
  assert.throws(() => pushTarget("me/name@v2", both), /--revision v3 names another branch; name one of them/);
});
