import { basename, join, resolve } from "node:path";
import config from "../deno.json" with { type: "json" };
import type { PushFile, PushPlan } from "../hub/mod.ts";
import { type Arguments, defineCommand, type Options } from "./_command.ts";
import { openHub } from "./_environment.ts";
import { hubHooks } from "./_hub_progress.ts";
import { print, printError } from "./_output.ts";
import { choosePushFiles, type LeftOutFile } from "./_push_files.ts";
import { checkPushedModel, pushedCard } from "./_push_model.ts";
import { doneText, dryRunText, leftOutText, type PushReport, pushReport } from "./_push_report.ts";
import { pushTarget } from "./_push_target.ts";
import { untilInterrupted } from "./_signals.ts";

/** Said after Ctrl-C. */
const INTERRUPTED = "Stopped: the push was interrupted before its commit, no file on the hub has changed; " +
  "push again, files that are there by then do not go twice";

/** The model card. */
const CARD = "README.md";

const OPTIONS = {
  private: {
    type: "boolean",
    description: "Make a new model private; one that is there and public is refused",
  },
  revision: {
    type: "string",
    placeholder: "BRANCH",
    description: "Branch that gets the commit, made if it is not there; main if not given",
  },
  message: { type: "string", placeholder: "TEXT", description: "What the commit says" },
  "create-pr": { type: "boolean", description: "Offer the commit as a pull request" },
  include: {
    type: "string",
    multiple: true,
    placeholder: "GLOB",
    description: "Push these files or folders too, as often as given",
  },
  exclude: {
    type: "string",
    multiple: true,
    placeholder: "GLOB",
    description: "Leave these files or folders out, as often as given",
  },
  "dry-run": { type: "boolean", description: "Only tell what would go and what would stay" },
  json: { type: "boolean", description: "Print what was done as JSON" },
} as const satisfies Options;

type PushArguments = Arguments<typeof OPTIONS>["options"];

/** `push FOLDER OWNER/NAME`: a model for the hub. */
export const pushCommand = defineCommand({
  name: "push",
  summary: "Upload a model to the Hugging Face Hub",
  positionals: [
    {
      name: "FOLDER",
      required: true,
      description: "a run's folder, or one that export, distill or soup has written",
    },
    { name: "OWNER/NAME", required: true, description: "what the model is called on the hub" },
  ],
  options: OPTIONS,
  examples: [
    {
      command: "deno task push runs/quickstart me/quickstart --dry-run",
      does: "What would go, and what would stay",
    },
    {
      command: "deno task push runs/quickstart me/quickstart --private",
      does: "Makes the model if it is not there; its card is written for it",
    },
    {
      command: "deno task push shipped/web me/quickstart-web --revision v2 --message 'longer training'",
      does: "Onto a branch",
    },
  ],
  async run({ options, positionals: [folder, spec] }) {
    const target = pushTarget(spec, options);
    const { files, leftOut, isCardOurs } = await gather(folder, target.id, options);
    const message = options.message?.trim() ||
      `Push ${basename(resolve(folder))} with Lathe ${config.version}`;
    const [title, ...lines] = message.split("\n");
    const commit = { title, description: lines.join("\n").trim() || undefined };
    const report = await untilInterrupted(async (signal): Promise<PushReport> => {
      const hub = openHub({ ...hubHooks(), signal });
      const whole = await hub.planPush(files, target);
      const plan = isCardOurs ? keepCard(whole) : whole;
      const result = options["dry-run"] ? undefined : await hub.push(plan, commit);
      return pushReport(plan, leftOut, result);
    }, INTERRUPTED);
    if (options.json) return print(JSON.stringify(report, null, 2) + "\n");
    if (report.url === null) return print(dryRunText(report));
    printError(leftOutText(report.leftOut) + doneText(report));
    print(report.url + "\n");
  },
});

/** The files that go, with a card if the folder has none. */
async function gather(
  folder: string,
  id: string,
  { include, exclude }: PushArguments,
): Promise<{ files: PushFile[]; leftOut: LeftOutFile[]; isCardOurs: boolean }> {
  const { files, leftOut, lacksCard } = await choosePushFiles(folder, { include, exclude });
  const kind = await checkPushedModel(folder, [...files, ...leftOut]);
  const going: PushFile[] = files.map(({ path }) => ({ path, content: { file: join(folder, path) } }));
  const isCardOurs = lacksCard && kind === "table";
  if (isCardOurs) going.unshift({ path: CARD, content: { text: await pushedCard(folder, id) } });
  else if (lacksCard) printError("The folder has no README.md; a graph's model card is written by export\n");
  return { files: going, leftOut, isCardOurs };
}

/** The plan without the card that was written for it, if the hub has another one: somebody may have worked on that. */
function keepCard(plan: PushPlan): PushPlan {
  const card = plan.files.find(({ path }) => path === CARD);
  if (card?.state === "new") printError("The folder has no README.md: a model card is written for the hub\n");
  if (card?.state !== "changed") return plan;
  printError("The hub's README.md stays as it is: put one into the folder to replace it\n");
  return { ...plan, files: plan.files.filter((file) => file !== card) };
}
