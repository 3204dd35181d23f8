import { join, matchesGlob } from "node:path";
import { folderEntries, type FolderEntry } from "./_folder_entries.ts";

/** What a model's repository holds: model, tokenizer, configuration, card and licence, and how the model came about. */
const MODEL_FILES: readonly string[] = [
  "{README.md,LICENSE*,NOTICE*,.gitattributes}",
  "{,[0-9]_*/}model.safetensors",
  "{,[0-9]_*/}{tokenizer,tokenizer_config,special_tokens_map,added_tokens,vocab}.json",
  "{,[0-9]_*/}{vocab,merges}.txt",
  "{config,config_sentence_transformers,sentence_bert_config,modules}.json",
  "[0-9]_*/config.json",
  "{,onnx/}model*.{onnx,onnx_data}",
  "{recipe,report,soup}.json",
];

/** Records of a run, which may say more than its maker wants to tell. */
const RECORDS: readonly string[] = ["recipe.json", "report.json", "soup.json", "distill.json"];

/** Why a file stays that nobody has excluded. */
export const NOT_PART = "not part of a model";

/** Which files go. */
export interface PushChoice {
  /** Globs or folders of files that go although they are not part of a model. */
  include: readonly string[];
  /** Globs or folders of files that stay; they win. */
  exclude: readonly string[];
}

/** A file that stays. */
export interface LeftOutFile extends FolderEntry {
  /** Why. */
  reason: string;
}

/** What goes and what stays. */
export interface ChosenFiles {
  /** What goes, sorted by path. */
  files: FolderEntry[];
  /** What stays, sorted by path. */
  leftOut: LeftOutFile[];
  /** Whether a card is to be made: there is none, and it is not left out. */
  lacksCard: boolean;
}

/**
 * Chooses what of a folder belongs into a model's repository.
 *
 * @param folder The model's folder.
 * @param choice What its user wants otherwise.
 * @throws {RangeError} If it is no folder, or a glob stands for nothing in it.
 */
export async function choosePushFiles(
  folder: string,
  { include, exclude }: PushChoice,
): Promise<ChosenFiles> {
  const entries = await folderEntries(folder);
  const paths = [...entries.map(({ path }) => path), "README.md"]; // the card is made where there is none
  for (const [option, globs] of Object.entries({ include, exclude })) {
    const idle = globs.find((glob) => !paths.some((path) => standsFor(glob, path)));
    if (idle === undefined) continue;
    throw new RangeError(`Cannot push ${folder}: --${option} ${idle} is no file of it; check the name`);
  }
  const isExcluded = (path: string): boolean => exclude.some((glob) => standsFor(glob, path));
  const chosen: ChosenFiles = {
    files: [],
    leftOut: [],
    lacksCard: !isExcluded("README.md") && !entries.some(({ path }) => path === "README.md"),
  };
  for (const entry of entries) {
    const { path } = entry;
    const reason = isExcluded(path)
      ? "excluded"
      : include.some((glob) => standsFor(glob, path))
      ? undefined
      : await reasonToStay(folder, path);
    if (reason === undefined) chosen.files.push(entry);
    else chosen.leftOut.push({ ...entry, reason });
  }
  return chosen;
}

/** A glob by its own rules, and a folder for all that it holds. */
function standsFor(glob: string, path: string): boolean {
  const plain = glob.replace(/^\.\//, "").replace(/\/+$/, "");
  return path === plain || path.startsWith(`${plain}/`) || matchesGlob(path, plain);
}

async function reasonToStay(folder: string, path: string): Promise<string | undefined> {
  if (!MODEL_FILES.some((glob) => matchesGlob(path, glob))) return NOT_PART;
  if (!RECORDS.includes(path)) return undefined;
  return tellsTooMuch(await Deno.readTextFile(join(folder, path)));
}

/** A whole path, also within a sentence or after a sign: of Unix, a home folder, a drive, a Windows share, or a URL. */
const WHOLE_PATH = /(?:^|[\s=:,;("'`])(?:\/[^\/\s]|~[\w-]*\/|file:|[A-Za-z]:[\\/](?!\/)|\\\\)/;

/** Tokens of hubs, clouds and model services by their beginnings, and what an address carries for its server only. */
const SECRET =
  /\b(?:hf_|gh[a-z]_|sk-|AKIA)[\w-]{16,}|:\/\/[^\s\/@]+@|[?&][\w-]*(?:token|key|secret|sig|signature|password)=/i;

/** Whether a record names files of this machine, holds something secret, or quotes its data. */
function tellsTooMuch(json: string): string | undefined {
  let reason: string | undefined;
  try {
    JSON.parse(json, (key, value) => {
      if (key === "text" && typeof value === "string") reason = "it quotes texts of its data";
      const told = typeof value === "string" ? [key, value] : [key];
      if (told.some((text) => WHOLE_PATH.test(text))) reason = "it names files of this machine";
      if (told.some((text) => SECRET.test(text))) reason = "it holds what looks like a token or a password";
      return value;
    });
  } catch {
    return "it is no JSON";
  }
  return reason;
}
