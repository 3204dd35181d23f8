import assert from "node:assert/strict";
import { carriesToken } from "./bearer.ts";

Deno.test("carriesToken takes the token, after Bearer in any case, and nothing else", () => {
  assert.ok(carriesToken("Bearer secret", "secret"));
  assert.ok(carriesToken("bearer  secret ", "secret"));
  for (
    const header of [
      undefined,
      "",
      "secret",
      "Bearer",
      "Bearer ",
      "Bearer secre",
      "Bearer secret2",
      "Basic secret",
    ]
  ) {
    assert.equal(carriesToken(header, "secret"), false, String(header));
  }
});
