import { deepStrictEqual, throws } from "node:assert/strict";
import { type HubAddress, parseHubAddress, type RepositoryKind } from "./mod.ts";

/** Addresses and what they stand for: revision and path. */
const ADDRESSES: [address: string, expected: Partial<HubAddress>][] = [
  ["hf://datasets/o/n", { path: "" }],
  ["hf://datasets/o/n/", { path: "" }],
  ["datasets/o/n", { path: "" }],
  ["hf://datasets/o/n/a b/c@d.csv", { path: "a b/c@d.csv" }],
  ["hf://datasets/o/n@v1.0", { revision: "v1.0", path: "" }],
  ["hf://datasets/o/n@v1.0/a/b.csv", { revision: "v1.0", path: "a/b.csv" }],
  ["hf://datasets/o/n@feature%2Fx/a.csv", { revision: "feature/x", path: "a.csv" }],
  ["hf://datasets/o/n@refs/convert/parquet", { revision: "refs/convert/parquet", path: "" }],
  ["hf://datasets/o/n@refs/convert/parquet/c/train", { revision: "refs/convert/parquet", path: "c/train" }],
  ["hf://datasets/o/n@refs/pr/12/a.csv", { revision: "refs/pr/12", path: "a.csv" }],
];

Deno.test("parseHubAddress() takes revision and path apart", () => {
  for (const [address, expected] of ADDRESSES) {
    deepStrictEqual(
      parseHubAddress(address, "datasets"),
      { kind: "datasets", id: "o/n", ...expected },
      address,
    );
  }
});

Deno.test("parseHubAddress() refuses what is no address, or leads out of the repository", () => {
  const faulty: [string, RepositoryKind][] = [
    ["hf://datasets/o", "datasets"],
    ["hf://models/o/n", "datasets"],
    ["hf://datasets/o/n", "models"],
    ["hf://datasets/o/n@", "datasets"],
    ["hf://datasets/../n", "datasets"],
    ["hf://datasets/o/n/../../x", "datasets"],
    ["hf://datasets/o/n@../x", "datasets"],
    ["hf://datasets/o/n@..%2F..%2Fx", "datasets"],
    ["hf://datasets/o/n@100%", "datasets"],
    ["hf://", "datasets"],
  ];
  for (const [address, kind] of faulty) {
    throws(() => parseHubAddress(address, kind), {
      name: "SyntaxError",
      message: `Cannot find ${address}: it is no hub address; write it as hf://${kind}/OWNER/NAME`,
    });
  }
});
