/** The command `push` on a loopback hub: from a trained run to a model that others read, and what goes wrong. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { withModel } from "../cli/_test_model.ts";
import { lathe, MAIN, type Outcome } from "../cli/_test_process.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { StaticModel } from "../model/mod.ts";
import { type HubCase, withHub } from "./_hub_case.ts";
import type { LoopbackHub, LoopbackHubOptions } from "./_loopback_hub.ts";
import { withSmallRecipe } from "./_test_run.ts";

const TOKEN = "hf_writer";
const ACCESS: LoopbackHubOptions = { tokens: [TOKEN, "hf_reader"], writers: [TOKEN] };
const ID = "owner/small";

function environment(server: LoopbackHub, cacheFolder: string): Record<string, string> {
  return {
    HF_ENDPOINT: server.endpoint,
    HF_HOME: join(cacheFolder, "hub"),
    LATHE_HUB_MIRROR: "",
    HF_TOKEN: TOKEN,
    HF_HUB_OFFLINE: "",
  };
}

interface CommandCase extends HubCase {
  folder: string;
  /** A model of four words, without a card. */
  model: string;
  push(argv: readonly string[], env?: Record<string, string>): Promise<Outcome>;
}

async function withCommand(
  use: (commandCase: CommandCase) => Promise<void>,
  options: LoopbackHubOptions = {},
): Promise<void> {
  await withHub([], async (hubCase) => {
    await withModel(async (folder, model) => {
      const env = environment(hubCase.server, hubCase.cacheFolder);
      const push: CommandCase["push"] = async (argv, more = {}) =>
        await lathe(["push", ...argv], { cwd: folder, env: { ...env, ...more } });
      await use({ ...hubCase, folder, model, push });
    });
  }, { ...ACCESS, ...options });
}

Deno.test("a trained run goes up as a model with its card, and gives the same bits when it is read from the hub", async () => {
  await withHub([], async ({ server, cacheFolder, connect }) => {
    await withSmallRecipe(async (cwd) => {
      const env = environment(server, cacheFolder);
      assert.equal((await lathe(["train", "small.json"], { cwd })).code, 0);
      const { code, out, error } = await lathe(
        ["push", "runs/small", ID, "--message", "first\n\nwith more"],
        {
          cwd,
          env,
        },
      );
      assert.deepEqual([code, out], [0, `${server.endpoint}/${ID}\n`], error);
      assert.match(
        error,
        /^The folder has no README.md: a model card is written for the hub\nNot pushed: artifacts\//,
      );
      assert.match(
        error,
        /\nMade owner\/small\. Pushed 8 of 8 files, [\d.]+ [kM]?B, to main: commit [0-9a-f]{40}\n$/,
      );
      assert.deepEqual(server.paths(ID), [
        ".gitattributes",
        "README.md",
        "config.json",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "recipe.json",
        "report.json",
        "tokenizer.json",
      ]);
      const [{ title, description }] = server.uploads.commits;
      assert.deepEqual([title, description], ["first", "with more"]);
      const card = new TextDecoder().decode(server.read(ID, "README.md"));
      for (
        const part of [
          "library_name: sentence-transformers",
          "# small\n",
          `SentenceTransformer("${ID}")`,
          "## Scores",
        ]
      ) {
        assert.ok(card.includes(part), `${part} in\n${card}`);
      }
      assert.ok(!card.includes(cwd));
      await Deno.stat(join(cwd, "runs/small/README.md")).then(
        () => assert.fail("the folder is as it was"),
        () => {},
      );
      const texts = await Deno.readTextFile(join(cwd, "pairs.jsonl"));
      const vectors = async (folder: string): Promise<Uint8Array> => {
        const model = await StaticModel.load(folder);
        const { data } = await model.encode(texts.trim().split("\n"));
        model.dispose();
        return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      };
      const there = await resolveModelPath(`hf://models/${ID}`, { hub: connect() });
      assert.deepEqual(await vectors(there), await vectors(join(cwd, "runs/small")));
      const again = await lathe(["push", "runs/small", ID, "--json"], { cwd, env });
      const report = JSON.parse(again.out);
      assert.equal(report.commit, server.commit("models", ID));
      assert.ok(report.files.every(({ state }: { state: string }) => state === "same"), again.out);
      assert.equal(server.uploads.commits.length, 1);
    });
  }, ACCESS);
});

Deno.test("--dry-run tells what would go and what would stay, and nothing changes", async () => {
  await withCommand(async ({ server, model, push }) => {
    await Deno.mkdir(join(model, "checkpoints"));
    for (const name of ["a", "b"]) await Deno.writeTextFile(join(model, "checkpoints", name), "state");
    const { code, out, error } = await push(["model", ID, "--dry-run", "--exclude", "config_*"], {
      HF_TOKEN: "",
    });
    assert.equal(code, 0, error);
    const lines = out.replaceAll(/\d+(\.\d)? k?B/g, "N").replaceAll(/ +/g, " ").split("\n");
    assert.deepEqual(lines, [
      "owner/small, to be made, seen by whom its owner's settings say; branch main",
      "new N README.md",
      "new N config.json",
      "new N model.safetensors",
      "new N modules.json",
      "new N tokenizer.json",
      "stays N checkpoints/ (not part of a model)",
      "stays N config_sentence_transformers.json (excluded)",
      "5 of 5 files would go, N",
      "",
    ]);
    assert.equal(server.paths(ID), undefined);
    const json = JSON.parse((await push(["model", ID, "--dry-run", "--json", "--private"])).out);
    assert.deepEqual([json.url, json.commit, json.isNew, json.isPrivate], [null, null, true, true]);
    assert.equal(json.leftOut.length, 2);
  });
});

Deno.test("branches, pull requests and a card of one's own; only what changed goes", async () => {
  await withCommand(async ({ server, model, push }) => {
    await Deno.writeTextFile(join(model, "README.md"), "# my own\n");
    assert.equal((await push(["model", ID])).code, 0);
    await Deno.writeTextFile(join(model, "README.md"), "# my own, better\n");
    const branch = await push(["model", `hf://models/${ID}@v2`]);
    assert.deepEqual([branch.code, branch.out], [0, `${server.endpoint}/${ID}/tree/v2\n`]);
    assert.match(branch.error, /^Pushed 1 of 6 files, 17 B, to v2: commit /);
    assert.equal(new TextDecoder().decode(server.read(ID, "README.md")), "# my own\n");
    const request = await push(["model", ID, "--create-pr"], { HF_TOKEN: "hf_reader" });
    assert.deepEqual([request.code, request.out], [0, `${server.endpoint}/${ID}/discussions/1\n`]);
    const [, , { title }] = server.uploads.commits;
    assert.match(title, /^Push model with Lathe \d/);
    const same = await push(["model", ID, "--revision", "v2"]);
    assert.equal(same.error, "Nothing to push: owner/small holds these 6 files already\n");
  });
});

Deno.test("a card that was changed on the hub is not written over by one that was made for it", async () => {
  await withCommand(async ({ server, folder, model, push }) => {
    assert.equal((await push(["model", ID])).code, 0);
    const edited = join(folder, "edited");
    await lathe(["export", "model", "--to", "model2vec", "-o", edited], { cwd: folder });
    await Deno.writeTextFile(join(edited, "README.md"), "# worked on\n");
    assert.equal((await push(["edited", ID])).code, 0);
    await Deno.writeTextFile(join(model, "LICENSE"), "free\n");
    const { code, error } = await push(["model", ID]);
    assert.equal(code, 0, error);
    assert.match(
      error,
      /^The hub's README\.md stays as it is: put one into the folder to replace it\nPushed 1 of 6 /,
    );
    assert.equal(new TextDecoder().decode(server.read(ID, "README.md")), "# worked on\n");
  });
});

Deno.test("a graph goes with the card that export wrote", async () => {
  await withCommand(async ({ server, folder, push }) => {
    const exported = await lathe(["export", "model", "--to", "transformersjs", "-o", "web"], { cwd: folder });
    assert.equal(exported.code, 0, exported.error);
    assert.equal((await push(["web", ID])).code, 0);
    const paths = ["README.md", "config.json", "onnx/model.onnx", "tokenizer.json", "tokenizer_config.json"];
    assert.deepEqual(server.paths(ID), [".gitattributes", ...paths]);
  });
});

Deno.test("the token comes from the environment or the token file", async () => {
  await withCommand(async ({ cacheFolder, push }) => {
    const none = await push(["model", ID], { HF_TOKEN: "" });
    assert.equal(none.code, 1);
    assert.match(none.error, /\nCannot push to hf:\/\/models\/owner\/small: no token is set; set HF_TOKEN /);
    await Deno.mkdir(join(cacheFolder, "hub"), { recursive: true });
    await Deno.writeTextFile(join(cacheFolder, "hub/token"), `${TOKEN}\n`);
    assert.equal((await push(["model", ID], { HF_TOKEN: "" })).code, 0);
  });
});

/** Arguments, variables, and the last line on standard error. */
const REFUSED: Record<string, [argv: string[], env: Record<string, string>, message: RegExp]> = {
  "offline": [["model", ID], { HF_HUB_OFFLINE: "1" }, /: HF_HUB_OFFLINE forbids the network; unset it$/],
  "a wrong token": [
    ["model", ID],
    { HF_TOKEN: "hf_unknown" },
    /: the hub refuses the token \(401, .*; check/,
  ],
  "a token without the right": [
    ["model", ID],
    { HF_TOKEN: "hf_reader" },
    /: this token may not write there \(/,
  ],
  "a folder without a model": [
    [".", ID, "--exclude", "model/*"],
    {},
    /^Cannot push \.: it holds no finished model; name the folder of a run, or one that export, distill or soup/,
  ],
  "no network": [
    ["model", ID],
    { HF_ENDPOINT: "http://127.0.0.1:9" },
    /: there is no connection to http:\/\/127\.0\.0\.1:9 \(.*; check the network, then push again/,
  ],
};

Deno.test("what cannot be pushed is refused in one sentence with status 1, and nothing changes", async () => {
  await withCommand(async ({ server, push }) => {
    for (const [name, [argv, env, message]] of Object.entries(REFUSED)) {
      const { code, out, error } = await push(argv, env);
      assert.deepEqual([code, out], [1, ""], name);
      assert.match(error.trimEnd().split("\n").at(-1)!, message, name);
    }
    assert.equal(server.paths(ID), undefined);
    assert.equal((await push(["model", "datasets/owner/small"])).code, 2);
  });
});

Deno.test("a run that has not ended, and a folder that is being written, are refused", async () => {
  await withCommand(async ({ model, push }) => {
    await Deno.writeTextFile(join(model, "model.safetensors.new"), "");
    assert.match(
      (await push(["model", ID])).error,
      /model\.safetensors\.new says that it is being written; /,
    );
    await Deno.remove(join(model, "model.safetensors.new"));
    await Deno.truncate(join(model, "model.safetensors"), 20);
    assert.match((await push(["model", ID])).error, /^Cannot /);
    await Deno.remove(join(model, "model.safetensors"));
    await Deno.mkdir(join(model, "checkpoints"));
    await Deno.writeTextFile(join(model, "checkpoints/a"), "");
    assert.match(
      (await push(["model", ID])).error,
      /^Cannot push model: it holds no finished model; its run has not ended, resume it with train --resume\n$/,
    );
  });
});

Deno.test("Ctrl-C while files go up leaves the model as it was, with one sentence and status 1", async () => {
  await withCommand(async ({ server, cacheFolder, folder }) => {
    server.faults.uploadStalls = Infinity;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, "push", "model", ID],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: environment(server, cacheFolder),
      cwd: folder,
    }).spawn();
    const output = child.output();
    while (!server.requests.some(({ method }) => method === "PUT")) {
      await new Promise((go) => setTimeout(go, 10));
    }
    child.kill("SIGINT");
    const { code, stdout, stderr } = await output;
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    assert.deepEqual([code, text(stdout)], [1, ""]);
    assert.match(
      text(stderr),
      /\nStopped: the push was interrupted before its commit, no file on the hub has changed; /,
    );
    assert.deepEqual([server.paths(ID), server.uploads.commits.length], [[".gitattributes"], 0]);
  });
});
