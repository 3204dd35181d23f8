import {
  type Hub,
  type HubAddress,
  parseHubAddress,
  type Repository,
  type RepositoryFile,
} from "../hub/mod.ts";
import { CONVERTED_BRANCH } from "./_converted_branch.ts";
import { readDataCard } from "./_data_card.ts";
import { matchGlob } from "./_glob.ts";
import { configByNames, configOfCard, configsOfConverted, type HubConfig } from "./_hub_layout.ts";

/** What is asked of a hub data set. */
export interface HubDatasetRequest {
  config: string | undefined;
  split: string;
  revision: string | undefined;
  hub: Hub;
}

/** The files of a split. */
export interface HubDataset {
  config: string;
  repository: Repository;
  files: RepositoryFile[];
  /** What should be known about them. */
  note?: string;
}

type Refuse = (problem: string) => never;

/**
 * The files of one split of one config of a hub data set: by its data card, else by the hub's automatic Parquet branch,
 * else by the hub's naming conventions. A path behind the name picks files of the repository directly.
 *
 * @throws {RangeError} if data set, revision, config or split is missing; the message lists what there is
 */
export async function resolveHubDataset(source: string, request: HubDatasetRequest): Promise<HubDataset> {
  const refuse: Refuse = (problem) => {
    throw new RangeError(`Cannot find ${source}: ${problem}`);
  };
  const address = withRevision(parseHubAddress(source, "datasets"), request.revision, refuse);
  const repository = await request.hub.open(address);
  const files = await repository.listFiles();
  if (address.path !== "") {
    const found = pick(files, "", [address.path]);
    if (request.split !== "train") refuse(`a path has no split "${request.split}"; leave it out`);
    if (found.length === 0) refuse("there is no such file in the repository; check the path");
    return { config: "default", repository, files: found };
  }
  const config = await findConfig({ address, repository, request, refuse });
  const { name, base, splits, partial } = config;
  const globs = splits.get(request.split);
  if (!globs) {
    const names = [...splits.keys()].join(", ") || "none";
    return refuse(`config "${name}" has no split "${request.split}"; it has ${names}`);
  }
  const found = pick(await config.repository.listFiles(), base, globs);
  if (found.length === 0) {
    refuse(`split "${request.split}" has no files (${globs.join(", ")}); complete the repository`);
  }
  const note = partial.has(request.split)
    ? `the hub's Parquet branch holds only the beginning of split "${request.split}"`
    : undefined;
  return { config: name, repository: config.repository, files: found, ...note ? { note } : {} };
}

function withRevision(address: HubAddress, revision: string | undefined, refuse: Refuse): HubAddress {
  if (revision === undefined || revision === address.revision) return address;
  if (address.revision === undefined) return { ...address, revision };
  return refuse(`it names revision "${address.revision}", and "${revision}" is asked for; give one of them`);
}

function pick(files: readonly RepositoryFile[], base: string, globs: readonly string[]): RepositoryFile[] {
  const inside = files.filter(({ path }) => path.startsWith(base)).map(({ path }) => path.slice(base.length));
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...new Set(globs.flatMap((glob) => matchGlob(glob, inside)))].map((path) =>
    byPath.get(base + path)!
  );
}

/** Where a config is looked for. */
interface Search {
  address: HubAddress;
  repository: Repository;
  request: HubDatasetRequest;
  refuse: Refuse;
}

async function findConfig({ address, repository, request, refuse }: Search): Promise<HubConfig> {
  const { config: wanted, split, hub } = request;
  const paths = (await repository.listFiles()).map(({ path }) => path);
  const card = readDataCard(
    await repository.readText("README.md") ?? "",
    `hf://datasets/${address.id}/README.md`,
  );
  const inCard = card.map((each) => configOfCard(each, repository, paths));
  const marked = card.find(({ isDefault }) => isDefault)?.name;
  if (inCard.length > 0 && (wanted === undefined || inCard.some(({ name }) => name === wanted))) {
    return choose(inCard, wanted ?? marked, refuse);
  }
  const own = configsOfConverted(repository, paths);
  const converted = own.length > 0 ? own : await convertedBranch(address, repository, hub);
  const byNames = configByNames(repository, paths);
  if (converted.length > 0 && (wanted === undefined || converted.some(({ name }) => name === wanted))) {
    const chosen = choose(converted, wanted, refuse);
    const isWhole = !chosen.partial.has(split) || chosen.name !== "default" || !byNames.splits.has(split);
    return isWhole ? chosen : byNames;
  }
  const names = [...new Set([...inCard, ...converted].map(({ name }) => name))].join(", ");
  if (names !== "") return refuse(`there is no config "${wanted}"; it has ${names}`);
  if (wanted === undefined || wanted === "default") return byNames;
  return refuse(`there is no config "${wanted}"; its data card names none, leave the config out`);
}

/** The configs of the Parquet branch, which belongs to the newest commit: none at another one, or in a mirror. */
async function convertedBranch(
  address: HubAddress,
  repository: Repository,
  hub: Hub,
): Promise<HubConfig[]> {
  const isNewest = address.revision === undefined || address.revision === "main";
  if (!isNewest || repository.revision === undefined) return [];
  try {
    const branch = await hub.open({ ...address, revision: CONVERTED_BRANCH });
    return configsOfConverted(branch, (await branch.listFiles()).map(({ path }) => path));
  } catch (error) {
    // The repository itself was found: this one branch is missing.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function choose(configs: readonly HubConfig[], wanted: string | undefined, refuse: Refuse): HubConfig {
  const found = configs.find(({ name }) => name === (wanted ?? "default"));
  if (found) return found;
  if (configs.length === 1) return configs[0];
  const names = configs.map(({ name }) => name).join(", ");
  return refuse(`it has several configs and none is the default; choose one of ${names}`);
}
