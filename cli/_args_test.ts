import assert from "node:assert/strict";
import { parseArguments, parseSizes, UsageError } from "./_args.ts";
import { defineCommand } from "./_command.ts";
import { commandHelp } from "./_help.ts";

const command = defineCommand({
  name: "turn",
  summary: "Turn wood",
  positionals: [
    { name: "WOOD", required: true, description: "what is turned" },
    { name: "TOOL", required: false, description: "what turns it" },
  ],
  options: {
    set: { type: "string", multiple: true, placeholder: "A=B", description: "Set something" },
    output: { type: "string", short: "o", placeholder: "FILE", description: "Write here", default: "out" },
    json: { type: "boolean", description: "Print JSON" },
  },
  examples: [{ command: "deno task turn oak", does: "Turns oak" }],
  run: () => Promise.resolve(),
});

const parse = (...argv: string[]): ReturnType<typeof parseArguments<typeof command.options>> => {
  return parseArguments(command, argv);
};

Deno.test("parseArguments reads options, repeated options, defaults and positionals", async () => {
  assert.deepEqual(await parse("oak", "--set", "a=1", "--set=b=2", "--json"), {
    options: { set: ["a=1", "b=2"], output: "out", json: true },
    positionals: ["oak"],
  });
  assert.deepEqual((await parse("-o", "x", "oak", "--", "--chisel"))?.positionals, ["oak", "--chisel"]);
  assert.equal((await parse("oak", "-o", "-"))?.options.output, "-");
});

Deno.test("parseArguments answers --help whatever else is wrong", async () => {
  assert.equal(await parse("--help"), undefined);
  assert.equal(await parse("-h", "--nonsense"), undefined);
});

Deno.test("parseArguments refuses wrong usage in one sentence", async () => {
  const refused = (message: RegExp, ...argv: string[]): Promise<void> => {
    return assert.rejects(
      parse(...argv),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  };
  await refused(
    /^Cannot run turn: --outptu is not an option; did you mean --output\?$/,
    "oak",
    "--outptu",
    "x",
  );
  await refused(/--output lacks its value; write --output=FILE$/, "oak", "--output");
  await refused(/--output lacks its value/, "oak", "--output", "--json");
  await refused(/^Cannot run turn: -o lacks its value; write --output=FILE$/, "oak", "-o");
  await refused(/^Cannot run turn: -o=x would take the = as well; write --output=x$/, "oak", "-o=x");
  await refused(/^Cannot run turn: WOOD is empty; what is turned$/, "");
  await refused(/--json takes no value; write --json alone$/, "oak", "--json=yes");
  await refused(/^Cannot run turn: WOOD is missing; what is turned$/);
  await refused(/saw is one argument too many; see turn --help$/, "oak", "lathe", "saw");
});

Deno.test("parseSizes reads one size or several", () => {
  assert.deepEqual(parseSizes("256", "truncate"), [256]);
  assert.deepEqual(parseSizes("32,64", "truncate"), [32, 64]);
  for (const wrong of ["0", "1.5", "a", "32,", "-3"]) {
    assert.throws(() => parseSizes(wrong, "truncate"), UsageError);
  }
});

Deno.test("commandHelp shows usage, examples and every option", () => {
  const help = commandHelp(command);
  assert.match(
    help,
    /^deno task turn WOOD \[TOOL\] \[options\]\n\nTurn wood\n\nExamples\n {2}deno task turn oak\n/,
  );
  assert.match(help, / -o, --output FILE {2}Write here \(default out\)\n/);
  assert.match(help, / --set A=B {10}Set something \(repeatable\)\n/);
});
