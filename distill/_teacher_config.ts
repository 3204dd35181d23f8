import { dirname } from "node:path";
import { readSpecialTokens, type SpecialTokens } from "./_special_tokens.ts";
import { DEFAULT_POOLING, readPooling, type TeacherPooling } from "./_teacher_pooling.ts";
import type { TeacherSource } from "./_teacher_source.ts";

/** All that a teacher's folder says, before anything is run. */
export interface TeacherConfig extends TeacherPooling {
  /** Path of the ONNX file. */
  onnxPath: string;
  /** Paths of weights that lie outside of it. */
  weightPaths: readonly string[];
  /** Path of the tokenizer file, for messages. */
  tokenizerPath: string;
  /** Text of tokenizer.json. */
  tokenizerJson: string;
  /** Tokens around every text. */
  special: SpecialTokens;
  /** Tokens that the folder says the tokenizer has. */
  namedTokens: readonly string[];
  /** The token that fills a batch up, if one is named. */
  padToken: string | undefined;
  /** Whether vectors are scaled to length 1. */
  normalize: boolean;
  /** Modules of Sentence Transformers that Lathe does not run itself. */
  otherModules: readonly string[];
  /** Texts that are put before others, by name. */
  prompts: Readonly<Record<string, string>>;
  /** Name of the prompt that goes before every text; null for none. */
  defaultPrompt: string | null;
  /** Most tokens of a text, special ones included; Infinity where nothing says. */
  maxLength: number;
  /** Whether texts are lower-cased before the tokenizer sees them. */
  lowercase: boolean;
  /** Rows of the token table, if config.json says. */
  vocabSize: number | undefined;
}

type Fields = Record<string, unknown>;

/** A larger "limit" is the way Transformers writes that there is none. */
const NO_LIMIT = 1e6;
const KNOWN_MODULES = ["Transformer", "Pooling", "Normalize"];
const ONNX_FILES = ["onnx/model.onnx", "model.onnx"];

/**
 * Reads the configuration files of a teacher in the layout of Sentence Transformers, or of a bare transformer.
 *
 * @param source where they lie
 * @param onnxFile the ONNX file; `onnx/model.onnx` or `model.onnx` if left out
 * @throws {RangeError} if a file is missing or says what Lathe does not know
 * @throws {SyntaxError} if a file is not JSON
 */
export async function readTeacherConfig(source: TeacherSource, onnxFile?: string): Promise<TeacherConfig> {
  const refuse: Refuse = (reason, cure = "give a transformer exported to ONNX for feature extraction") => {
    throw new RangeError(`Cannot load the teacher ${source.name}: ${reason}; ${cure}`);
  };
  const modules = await readModules(source);
  const at = (name: string): string => {
    const below = `${modules.transformer}/${name}`;
    return source.files.includes(below) ? below : name;
  };
  if (!source.files.includes(at("tokenizer.json"))) {
    refuse("tokenizer.json is missing", "export the model with its fast tokenizer");
  }
  const tokenizerPath = await source.path(at("tokenizer.json"));
  const tokenizerJson = await Deno.readTextFile(tokenizerPath);
  const tokenizer = parse(tokenizerJson, tokenizerPath) as Fields;
  const config = await readFields(source, at("config.json"));
  const bert = await readFields(source, at("sentence_bert_config.json"));
  const tokens = await readFields(source, at("tokenizer_config.json"));
  const prompts = await readFields(source, "config_sentence_transformers.json");
  const pooling = await readJson(source, `${modules.pooling}/config.json`);
  const padding = tokenizer.padding as { pad_token?: string } | null | undefined;
  return {
    ...(pooling === undefined ? DEFAULT_POOLING : readPooling(pooling as Fields, refuse)),
    ...await fetchOnnx(source, findOnnx(source, onnxFile, refuse)),
    tokenizerPath,
    tokenizerJson,
    special: readSpecialTokens(tokenizer.post_processor, refuse),
    namedTokens: ["cls_token", "sep_token", "unk_token"].flatMap((name) => contentOf(tokens[name]) ?? []),
    padToken: contentOf(tokens.pad_token) ?? padding?.pad_token,
    normalize: modules.normalize,
    otherModules: modules.others,
    prompts: (prompts.prompts ?? {}) as Record<string, string>,
    defaultPrompt: (prompts.default_prompt_name ?? null) as string | null,
    maxLength: maxLengthOf(bert, tokens, config),
    lowercase: bert.do_lower_case === true,
    vocabSize: typeof config.vocab_size === "number" ? config.vocab_size : undefined,
  };
}

type Refuse = (reason: string, cure?: string) => never;

interface Modules {
  /** Folder of the transformer; empty for the teacher's own. */
  transformer: string;
  /** Folder of the pooling. */
  pooling: string;
  normalize: boolean;
  others: string[];
}

/** What `modules.json` says; without it, what lies there. */
async function readModules(source: TeacherSource): Promise<Modules> {
  const entries = (await readJson(source, "modules.json") ?? []) as { type?: string; path?: string }[];
  const kindOf = ({ type }: { type?: string }): string => type?.split(".").at(-1) ?? "a nameless module";
  const pathOf = (kind: string): string | undefined => entries.find((entry) => kindOf(entry) === kind)?.path;
  const hasFolder = source.files.some((file) => file === "2_Normalize" || file.startsWith("2_Normalize/"));
  return {
    transformer: pathOf("Transformer") ?? "",
    pooling: pathOf("Pooling") ?? "1_Pooling",
    normalize: entries.length > 0 ? pathOf("Normalize") !== undefined : hasFolder,
    others: entries.map(kindOf).filter((kind) => !KNOWN_MODULES.includes(kind)),
  };
}

/** Fetches an ONNX file and the files of its weights, which begin with its name (`model.onnx_data`). */
async function fetchOnnx(
  source: TeacherSource,
  onnx: string,
): Promise<Pick<TeacherConfig, "onnxPath" | "weightPaths">> {
  const weightPaths: string[] = [];
  for (const file of source.files) {
    if (file !== onnx && file.startsWith(onnx)) weightPaths.push(await source.path(file));
  }
  return { onnxPath: await source.path(onnx), weightPaths };
}

/** The folder beside an ONNX file, in which its weights may lie. */
export function weightsFolder({ onnxPath }: TeacherConfig): string {
  return dirname(onnxPath);
}

function findOnnx(
  { files }: TeacherSource,
  asked: string | undefined,
  refuse: Refuse,
): string {
  const found = asked === undefined
    ? ONNX_FILES.find((file) => files.includes(file))
    : files.find((file) => file === asked);
  if (found !== undefined) return found;
  const there = files.filter((file) => file.endsWith(".onnx"));
  const missing = asked ?? ONNX_FILES.join(" or ");
  const cure = there.length > 0 ? `name one of ${there.join(", ")}` : "export the transformer to ONNX first";
  return refuse(`${missing} is missing`, cure);
}

/**
 * The model's own limit; without one, the smaller of the tokenizer's and that of the position table, of which RoBERTa and
 * its kin leave the first rows, up to that of the padding, unused.
 */
function maxLengthOf(bert: Fields, tokens: Fields, config: Fields): number {
  const own = bert.max_seq_length;
  if (typeof own === "number") return own;
  const unused = /roberta|camembert|mpnet|longformer/.test(String(config.model_type))
    ? Number(config.pad_token_id ?? 1) + 1
    : 0;
  const limits = [tokens.model_max_length, Number(config.max_position_embeddings) - unused]
    .filter((limit): limit is number => typeof limit === "number" && limit > 0 && limit < NO_LIMIT);
  return Math.min(Infinity, ...limits);
}

/** A token is written as its text or as a record. */
function contentOf(token: unknown): string | undefined {
  if (typeof token === "string") return token;
  const content = (token as { content?: unknown } | null | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}

async function readFields(source: TeacherSource, file: string): Promise<Fields> {
  return (await readJson(source, file) ?? {}) as Fields;
}

async function readJson(source: TeacherSource, file: string): Promise<unknown> {
  if (!source.files.includes(file)) return undefined;
  const path = await source.path(file);
  return parse(await Deno.readTextFile(path), path);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path}: it is not JSON; download or export it again`, { cause });
  }
}
