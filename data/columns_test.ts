import { deepStrictEqual, throws } from "node:assert/strict";
import { assignColumns } from "./mod.ts";

Deno.test("assignColumns() takes columns by their order and labels by their name", () => {
  deepStrictEqual(assignColumns(["question", "answer"]), {
    texts: ["question", "answer"],
    roles: ["anchor", "positive"],
    label: undefined,
  });
  for (const name of ["label", "labels", "score", "scores", "vector", "embedding"]) {
    deepStrictEqual(assignColumns([name, "a", "b"]), {
      texts: ["a", "b"],
      roles: ["anchor", "positive"],
      label: name,
    });
  }
  deepStrictEqual(assignColumns(["q", "p", "n1", "n2"]).roles, [
    "anchor",
    "positive",
    "negative_1",
    "negative_2",
  ]);
});

Deno.test("assignColumns() takes the columns that are named, in that order", () => {
  const there = ["id", "answer", "question", "score"];
  deepStrictEqual(assignColumns(there, ["question", "answer"]).texts, ["question", "answer"]);
  deepStrictEqual(assignColumns(there, ["question", "answer"]).label, undefined);
  deepStrictEqual(assignColumns(there, ["question", "score"]).label, "score");
});

Deno.test("assignColumns() refuses missing and repeated columns and says which there are", () => {
  throws(() => assignColumns(["a", "b"], ["a", "c"]), /"c": there is none; choose from a, b/);
  throws(() => assignColumns(["a", "b"], ["a", "a"]), RangeError);
  throws(() => assignColumns(["score"]), /none holds texts/);
});
