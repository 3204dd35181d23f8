import { join } from "node:path";
import { StaticModel } from "../model/mod.ts";
import { loadTokenizer } from "../text/mod.ts";

/**
 * The server under load: short texts in batches of 32 from 16 connections, over loopback, the server in a process of its
 * own. Prints texts a second, latencies, errors, the processor time that a request takes of the server and of this
 * client, which share the cores, and the server's memory as the texts pass. The model is random; its tokenizer is
 * bert-base-uncased of the hub mirror.
 *
 * ```sh
 * LATHE_HUB_MIRROR=../shared/hub deno task bench serve                     # a million texts for each encoding
 * LATHE_HUB_MIRROR=../shared/hub deno task bench serve 2000000 1024 float  # texts, dimensions, one encoding
 * ```
 *
 * @module
 */

const CONNECTIONS = 16;
const BATCH = 32;
/** Texts before the measurement begins: connections, compiled code. */
const WARM_UP = 32_000;
/** Texts between two readings of the server's memory, at most. */
const TEXTS_A_READING = 125_000;

const FORMATS = ["base64", "float"];

/** Measures, for each encoding. */
export async function main([texts = "1000000", dim = "1024", format]: readonly string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await saveRandomModel(folder, Number(dim));
    const server = await startServer(folder);
    try {
      console.log(
        `${dim} dimensions, batches of ${BATCH}, ${CONNECTIONS} connections, load ${
          Deno.loadavg()[0].toFixed(1)
        }`,
      );
      for (const each of format === undefined ? FORMATS : [format]) {
        await measure(server, each, Number(texts));
      }
    } finally {
      server.process.kill("SIGTERM");
      await server.process.status;
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function saveRandomModel(folder: string, dim: number): Promise<void> {
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub";
  const file = join(mirror, "models/google-bert/bert-base-uncased/tokenizer.json");
  const tokenizer = await loadTokenizer(await Deno.readFile(file), file);
  const table = Float32Array.from({ length: tokenizer.vocabSize * dim }, () => Math.random() - 0.5);
  const model = StaticModel.create({ table, dim, tokenizer });
  await model.save(folder);
  model.dispose();
}

interface Server {
  url: string;
  process: Deno.ChildProcess;
}

async function startServer(folder: string): Promise<Server> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "cli/main.ts", "serve", folder, "--port", "0"],
    stderr: "piped",
  }).spawn();
  let said = "";
  for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
    const url = /on (http:\S+)/.exec(said += text)?.[1];
    if (url !== undefined) return { url, process };
  }
  throw new Error(`Cannot measure: the server did not start: ${said}`);
}

async function measure({ url, process }: Server, format: string, texts: number): Promise<void> {
  await run(url, format, WARM_UP);
  const readings = [await memoryOf(url)];
  const latencies: number[] = [];
  let errors = 0;
  const parts = Math.ceil(texts / TEXTS_A_READING);
  const before = [process.pid, Deno.pid].map(processorSeconds);
  const start = performance.now();
  for (let part = 0; part < parts; part++) {
    const done = await run(url, format, texts / parts);
    for (const latency of done.latencies) latencies.push(latency);
    errors += done.errors;
    readings.push(await memoryOf(url));
  }
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): string => latencies[Math.floor(share * (latencies.length - 1))].toFixed(1);
  const rate = Math.round(latencies.length * BATCH / seconds).toLocaleString("en");
  console.log(
    `${format.padEnd(6)}  ${rate} texts/s  median ${at(0.5)} ms  p99 ${at(0.99)} ms  longest ${at(1)} ms  ` +
      `${errors} errors in ${(latencies.length * BATCH).toLocaleString("en")} texts`,
  );
  const [server, client] = [process.pid, Deno.pid].map((pid, i) =>
    ((processorSeconds(pid) - before[i]) * 1000 / latencies.length).toFixed(2)
  );
  console.log(`        processor, ms a request: server ${server}, this client ${client}`);
  console.log(`        memory, MB: ${readings.map((bytes) => Math.round(bytes / 1e6)).join(" ")}`);
}

async function run(
  url: string,
  format: string,
  texts: number,
): Promise<{ latencies: number[]; errors: number }> {
  let left = Math.ceil(texts / BATCH);
  let errors = 0;
  const latencies: number[] = [];
  const connections = Array.from({ length: CONNECTIONS }, async (_, connection) => {
    const body = JSON.stringify({ model: "any", input: shortTexts(connection), encoding_format: format });
    while (left-- > 0) {
      const start = performance.now();
      const response = await fetch(`${url}/v1/embeddings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      }).catch(() => undefined);
      const bytes = await response?.arrayBuffer();
      latencies.push(performance.now() - start);
      if (response?.status !== 200 || (bytes?.byteLength ?? 0) < BATCH * 1000) errors++;
    }
  });
  await Promise.all(connections);
  return { latencies, errors };
}

/** Questions of about twelve tokens. */
function shortTexts(connection: number): string[] {
  const topics = ["the river", "an old castle", "the first computer", "a football club"];
  return Array.from(
    { length: BATCH },
    (_, i) => `When was ${topics[i % 4]} number ${connection * BATCH + i} built, and by whom?`,
  );
}

/** Processor time of a process, of all its threads, in user and in kernel mode (Linux). */
function processorSeconds(pid: number): number {
  try {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100; // in hundredths: USER_HZ
  } catch {
    return NaN;
  }
}

async function memoryOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

if (import.meta.main) await main(Deno.args);
