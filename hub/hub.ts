import { homedir } from "node:os";
import { join } from "node:path";
import type { HubAddress } from "./address.ts";
import type { HubProgress } from "./_download.ts";
import { openMirror } from "./_mirror.ts";
import { OfflineRepository } from "./_offline.ts";
import { RemoteRepository } from "./_remote.ts";
import { type HubWait, Requests } from "./_requests.ts";
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
  /** Called before a pause, after which the hub is asked again. */
  onWait?: (wait: HubWait) => void;
  /**
   * Waits so many seconds.
   *
   * @default a timer
   */
  sleep?: (seconds: number) => Promise<void>;
  /** Ends downloads and pauses at once, with its reason as the error. */
  signal?: AbortSignal;
}

/** The Hugging Face Hub: a mirror of it, its cache, or the network. */
export class Hub {
  readonly #opened = new Map<string, Promise<Repository>>();
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
    this.#requests = new Requests({
      endpoint: this.#endpoint,
      token: options.token,
      idleSeconds: options.idleSeconds ?? 30,
      onWait: hooks.onWait,
      sleep: hooks.sleep ?? ((seconds) => pause(seconds, hooks.signal)),
      signal: hooks.signal,
    });
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
