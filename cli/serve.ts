import config from "../deno.json" with { type: "json" };
import { basename } from "node:path";
import { resolveModelPath } from "../hub/mod.ts";
import type { StaticModel } from "../model/mod.ts";
import { listen, Metrics, ServedModel, type Service } from "../serve/mod.ts";
import { UsageError } from "./_args.ts";
import { defineCommand } from "./_command.ts";
import { openHub } from "./_environment.ts";
import { fileFault } from "./_file_fault.ts";
import { printError } from "./_output.ts";
import { loadSettledModel } from "./_settled_model.ts";
import { serveNumbers } from "./_serve_numbers.ts";
import { untilStopped } from "./_until_stopped.ts";

/** Environment variable that may hold the token. */
const TOKEN_VARIABLE = "LATHE_SERVE_TOKEN";

/** `serve MODEL`: an HTTP server until a signal ends it. */
export const serveCommand = defineCommand({
  name: "serve",
  summary: "Answer HTTP requests for vectors, as OpenAI and Text Embeddings Inference do",
  positionals: [{ name: "MODEL", required: true, description: "a model folder, or hf://models/OWNER/NAME" }],
  options: {
    host: { type: "string", placeholder: "HOST", description: "Address to listen on", default: "127.0.0.1" },
    port: { type: "string", placeholder: "PORT", description: "Port; 0 takes a free one", default: "8080" },
    name: {
      type: "string",
      placeholder: "NAME",
      description: "What clients call the model; its folder's name by default",
    },
    "token-file": {
      type: "string",
      placeholder: "FILE",
      description: `Ask for the bearer token in this file (or in ${TOKEN_VARIABLE})`,
    },
    "max-body": { type: "string", placeholder: "MIB", description: "Largest body, MiB", default: "8" },
    "max-inputs": {
      type: "string",
      placeholder: "N",
      description: "Most texts of a request",
      default: "2048",
    },
    "max-tokens": {
      type: "string",
      placeholder: "N",
      description: "Most tokens of a text",
      default: "65536",
    },
    "max-concurrent": {
      type: "string",
      placeholder: "N",
      description: "Most requests under way at once",
      default: "256",
    },
    timeout: {
      type: "string",
      placeholder: "SECONDS",
      description: "Longest wait for a request's head, for its body, and for its answer",
      default: "30",
    },
    grace: {
      type: "string",
      placeholder: "SECONDS",
      description: "How long requests may take to end after SIGTERM",
      default: "10",
    },
  },
  examples: [
    { command: "deno task serve runs/quickstart --port 8080", does: "On this machine only" },
    {
      command: "LATHE_SERVE_TOKEN=$(cat token.txt) deno task serve runs/quickstart --host 0.0.0.0",
      does: "For other machines, with a token",
    },
  ],
  async run({ options, positionals: [spec] }) {
    const { limits, grace, port } = serveNumbers(options);
    const token = await readToken(options["token-file"]);
    const load = async (): Promise<StaticModel> =>
      await loadSettledModel(await resolveModelPath(spec, { hub: openHub() }));
    const model = await load();
    const service: Service = {
      model: new ServedModel(model),
      name: options.name ?? basename(spec),
      version: config.version,
      limits,
      metrics: new Metrics(() => Deno.memoryUsage().rss),
      started: Date.now(),
      clock: () => performance.now(),
      token,
      onFault: (error) =>
        printError(`Cannot answer a request: ${error instanceof Error ? error.stack : error}\n`),
    };
    const server = await listen(service, { hostname: options.host, port });
    const size = `${model.vocabSize} tokens, ${model.dim} dimensions`;
    const access = token === undefined ? "" : ", with a token";
    printError(`Serving ${spec} (${size}) on ${server.url}${access}\n`);
    await untilStopped(server, service, { load, grace });
  },
});

async function readToken(file: string | undefined): Promise<string | undefined> {
  const text = file === undefined ? Deno.env.get(TOKEN_VARIABLE) : await readTokenFile(file);
  if (text === undefined) return undefined;
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    `Cannot use the token of ${
      file ?? TOKEN_VARIABLE
    }: it is empty or holds more than ASCII signs; write one word`,
  );
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    throw new RangeError(`Cannot read the token file ${file}: ${fileFault(error)}`, { cause: error });
  }
}
