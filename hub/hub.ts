import { homedir } from "node:os";
import { join } from "node:path";
import type { HubAddress } from "./address.ts";
import type { HubProgress } from "./_download.ts";
import { openMirror } from "./_mirror.ts";
import { OfflineRepository } from "./_offline.ts";
import { RemoteRepository } from "./_remote.ts";
import { planPush } from "./_plan_push.ts";
import { carryOut } from "./_push.ts";
import { inPushSentence } from "./_push_fault.ts";
import { type HubWait, Requests, type RequestsOptions } from "./_requests.ts";
import type { PushFile, PushOptions, PushPlan, PushResult, PushTarget, UploadProgress } from "./push_plan.ts";
import type { Repository } from "./repository.ts";

/** Options of a {@linkcode Hub}: plain data, so that a worker can be given them. */
export interface HubOptions {
  /**
   * Folder that mirrors the hub: `<mirror>/datasets/OWNER/NAME/...`, `<mirror>/models/OWNER/NAME/...`. With a mirror
   * neither network nor cache is used.
   */
  mirror?: string;
  /**
   * Address of the hub.
   *
   * @default "https://huggingface.co"
   */
  endpoint?: string;
  /** Access token; sent to `endpoint` and to no other server. */
  token?: string;
  /**
   * Folder of the hub's cache, shared with other tools.
   *
   * @default ~/.cache/huggingface/hub
   */
  cacheFolder?: string;
  /**
   * Whether only the cache is read.
   *
   * @default false
   */
  offline?: boolean;
  /**
   * Seconds after which a connection on which nothing comes counts as cut.
   *
   * @default 30
   */
  idleSeconds?: number;
}

/** What a {@linkcode Hub} tells, and how it waits. */
export interface HubHooks {
  /** Called whenever a part of a file that goes to the cache has arrived. */
  onDownload?: (progress: HubProgress) => void;
  /** Called whenever a part of a file that is pushed has gone. */
  onUpload?: (progress: UploadProgress) => void;
  /** Called before a pause, after which the hub is asked again. */
  onWait?: (wait: HubWait) => void;
  /**
   * Waits so many seconds.
   *
   * @default a timer
   */
  sleep?: (seconds: number) => Promise<void>;
  /** Ends downloads, uploads and pauses at once, with its reason as the error. */
  signal?: AbortSignal;
}

/** The Hugging Face Hub: a mirror of it, its cache, or the network. */
export class Hub {
  readonly #opened = new Map<string, Promise<Repository>>();
  readonly #requestOptions: RequestsOptions;
  readonly #requests: Requests;
  readonly #endpoint: string;

  /**
   * A way to the hub; nothing is asked of it yet.
   *
   * @param options where it is
   * @param hooks what is told meanwhile
   */
  constructor(readonly options: HubOptions = {}, private readonly hooks: HubHooks = {}) {
    this.#endpoint = (options.endpoint ?? "https://huggingface.co").replace(/\/+$/, "");
    this.#requestOptions = {
      endpoint: this.#endpoint,
      token: options.token,
      idleSeconds: options.idleSeconds ?? 30,
      onWait: hooks.onWait,
      sleep: hooks.sleep ?? ((seconds) => pause(seconds, hooks.signal)),
      signal: hooks.signal,
    };
    this.#requests = new Requests(this.#requestOptions);
  }

  /**
   * Finds a repository. A branch or tag means the same commit for as long as this object lives.
   *
   * @throws {RangeError} if there is no such repository or revision, or it may not be read
   * @throws {Error} if the hub cannot be reached
   */
  async open(address: HubAddress): Promise<Repository> {
    const key = `${address.kind}/${address.id}@${address.revision ?? "main"}`;
    const opened = this.#opened.get(key) ?? this.#open(address);
    this.#opened.set(key, opened);
    opened.catch(() => this.#opened.delete(key));
    return await opened;
  }

  /**
   * What pushing files to a model's repository will do. Nothing changes there; without a token only public ones are seen.
   *
   * @param files what the repository is to hold; whatever else it holds stays
   * @param target where they go
   * @throws {RangeError} if a file cannot be read, a revision is no branch, or a model that should be private is public
   * @throws {Error} if the hub cannot be reached or refuses the token
   */
  async planPush(files: readonly PushFile[], target: PushTarget): Promise<PushPlan> {
    this.#assertConnected(target);
    const client = { endpoint: this.#endpoint, fetch: this.#requests.fetch };
    try {
      return await planPush(files, target, client);
    } catch (error) {
      throw inPushSentence(error, target, this.#endpoint);
    }
  }

  /**
   * Carries a plan out. Large files go first, each checked by its SHA-256, then all become one commit: it is made or not.
   * A new repository or branch stays when the push fails after it was made.
   *
   * @param plan what {@linkcode planPush} gave
   * @param options what the commit says
   * @throws {RangeError} if there is no token or it may not write, a file has changed since, or the branch has
   * @throws {Error} if the hub cannot be reached, refuses the token, or has a fault of its own
   */
  async push(plan: PushPlan, options: PushOptions): Promise<PushResult> {
    const target = { ...plan, private: plan.isPrivate };
    this.#assertConnected(target);
    const { token } = this.options;
    if (token === undefined) {
      const cure = "set HF_TOKEN to one that may write there, from the hub's settings";
      throw new RangeError(`Cannot push to hf://models/${plan.id}: no token is set; ${cure}`);
    }
    const { signal, onUpload } = this.hooks;
    const going = plan.files.filter(({ state }) => state !== "same");
    const total = going.reduce((sum, { size }) => sum + size, 0);
    let sent = 0;
    const tell = (bytes: number): void =>
      onUpload?.({ name: `hf://models/${plan.id}`, sent: sent += bytes, total });
    const requests = new Requests({ ...this.#requestOptions, onSent: tell });
    try {
      const result = await carryOut(plan, options, { endpoint: this.#endpoint, requests, signal });
      tell(total - sent); // small files go with the commit, and what a store has does not go at all
      return result;
    } catch (error) {
      throw inPushSentence(error, target, this.#endpoint);
    }
  }

  #assertConnected({ id }: PushTarget): void {
    const { mirror, offline = false } = this.options;
    const refuse = (reason: string): never => {
      throw new RangeError(`Cannot push to hf://models/${id}: ${reason}`);
    };
    if (offline) refuse("HF_HUB_OFFLINE forbids the network; unset it");
    if (mirror !== undefined) refuse("LATHE_HUB_MIRROR takes the hub's place, and is only read; unset it");
  }

  async #open(address: HubAddress): Promise<Repository> {
    const { mirror, offline = false, token, cacheFolder = defaultCacheFolder() } = this.options;
    if (mirror !== undefined) return await openMirror(address, mirror);
    if (offline) return await OfflineRepository.open(address, cacheFolder);
    return await RemoteRepository.open(address, {
      endpoint: this.#endpoint,
      hasToken: token !== undefined,
      cacheFolder,
      requests: this.#requests,
      onDownload: this.hooks.onDownload,
    });
  }
}

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop);
  });
}

function defaultCacheFolder(): string {
  return join(homedir(), ".cache", "huggingface", "hub");
}
