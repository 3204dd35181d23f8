import { parseHubAddress, type PushTarget } from "../hub/mod.ts";
import { UsageError } from "./_args.ts";

/** Names that the hub takes, as its own tools check them. */
const NAME = /^[\w-]+\/(?!.*(--|\.\.))[\w][\w.-]{0,94}[\w]$|^[\w-]+\/\w$/;

/** Options that say where files go. */
export interface TargetOptions {
  revision: string | undefined;
  private: boolean;
  "create-pr": boolean;
}

/**
 * Where a model is pushed to.
 *
 * @param spec `OWNER/NAME`, or `hf://models/OWNER/NAME@BRANCH`.
 * @param options What is said beside it.
 * @throws {UsageError} If it is no model's name.
 */
export function pushTarget(spec: string, options: TargetOptions): PushTarget {
  const refuse = (problem: string, cure: string): never => {
    throw new UsageError(`Cannot push to ${spec}: ${problem}; ${cure}`);
  };
  if (/^(hf:\/\/)?(datasets|spaces)\//.test(spec)) {
    refuse("push takes models only", "write OWNER/NAME of a model");
  }
  const name = spec.replace(/^(hf:\/\/)?(models\/)?/, "");
  const isName = NAME.test(name.split("@")[0]);
  const parts = isName ? parseHubAddress(`hf://models/${name}`, "models") : undefined;
  if (parts === undefined || parts.path !== "") {
    return refuse("it is no name of a model", "write OWNER/NAME, of letters, digits, ., - and _");
  }
  if (parts.revision !== undefined && options.revision !== undefined) {
    refuse(`--revision ${options.revision} names another branch`, "name one of them");
  }
  return {
    id: parts.id,
    branch: parts.revision ?? options.revision,
    private: options.private ? true : undefined,
    pullRequest: options["create-pr"],
  };
}
