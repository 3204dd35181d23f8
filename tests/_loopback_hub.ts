import { CuttingProxy } from "./_cutting_proxy.ts";
import { fail, infoOf, json, pathsInfoOf, treeOf } from "./_loopback_answers.ts";
import { type LoopbackFaults, noFaults, passingFault, refusalOf, sendFile } from "./_loopback_faults.ts";
import { LoopbackStore } from "./_loopback_store.ts";
import { LoopbackUploads } from "./_loopback_uploads.ts";
import {
  commitOf,
  type LoopbackCommit,
  type LoopbackFile,
  type LoopbackRepository,
} from "./_loopback_repository.ts";

/** A request that was made. */
export interface LoopbackRequest {
  method: string;
  /** Path and query. */
  path: string;
  range: string | null;
  authorization: string | null;
}

/** Options of {@linkcode LoopbackHub}. */
export interface LoopbackHubOptions {
  /** Tokens that are known. */
  tokens?: readonly string[];
  /** Those of them that may read what is gated. */
  readers?: readonly string[];
  /** Files on a page of a listing. @default 1000, as on the hub */
  pageSize?: number;
  /** Those of the tokens that may write. @default none */
  writers?: readonly string[];
  /** Owners for whom writers may make repositories. @default "owner" */
  owners?: readonly string[];
  /** Large files of more bytes than this go up in parts of it. @default any go whole */
  partBytes?: number;
  /** Old names of models, and what they are called now. */
  renamed?: Readonly<Record<string, string>>;
}

interface Served {
  repository: LoopbackRepository;
  branches: Map<string, LoopbackCommit>;
}

/**
 * The hub's interface on a port of this machine: revision info, listings by pages, paths-info, files by ranges (small ones
 * itself, large ones by a redirection to a store on another port, which wants no token), uploads, access, rate limits, and
 * faults.
 */
export class LoopbackHub {
  /** Faults in force. */
  readonly faults: LoopbackFaults = noFaults();
  /** Requests made so far, those to the store among them. */
  readonly requests: LoopbackRequest[] = [];
  /** Bytes of files sent so far. */
  bytesSent = 0;
  /** What was uploaded. */
  readonly uploads: LoopbackUploads;
  readonly #served = new Map<string, Served>();
  readonly #hub: Deno.HttpServer<Deno.NetAddr>;
  readonly #store: Deno.HttpServer<Deno.NetAddr>;
  readonly #closing = Promise.withResolvers<void>();
  readonly #wayToStore: CuttingProxy;
  readonly #objects: LoopbackStore;

  /**
   * Begins to serve.
   *
   * @param repositories what it holds
   * @param options who may read, and how it answers
   */
  constructor(
    repositories: readonly LoopbackRepository[],
    private readonly options: LoopbackHubOptions = {},
  ) {
    for (const repository of repositories) this.put(repository);
    this.#hub = serve((request) => this.#answer(request));
    this.#store = serve((request) => this.#answerFromStore(request));
    this.#wayToStore = new CuttingProxy(this.#store.addr.port, this.faults);
    this.#objects = new LoopbackStore(options.partBytes ?? Infinity);
    this.uploads = new LoopbackUploads({
      endpoint: this.endpoint,
      storeAddress: this.#wayToStore.address,
      faults: this.faults,
      store: this.#objects,
      refuseWriter: (request) => this.#refuseWriter(request),
      owners: options.owners ?? ["owner"],
      find: (id) => this.#served.get(`models/${id}`),
      put: (repository) => this.put(repository),
    });
  }

  /** What to give as `endpoint`. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#hub.addr.port}`;
  }

  /** Adds a repository, or a new commit of one. */
  put(repository: LoopbackRepository): void {
    const branches = Object.entries(repository.branches).map(([name, files]) =>
      [name, commitOf(files)] as const
    );
    this.#served.set(`${repository.kind}/${repository.id}`, { repository, branches: new Map(branches) });
  }

  /** The commit of a branch. */
  commit(kind: string, id: string, branch = "main"): string {
    return this.#served.get(`${kind}/${id}`)!.branches.get(branch)!.id;
  }

  /** A file of a branch; undefined if it has none of that name. */
  read(id: string, path: string, branch = "main"): Uint8Array<ArrayBuffer> | undefined {
    const file = this.#served.get(`models/${id}`)?.branches.get(branch)?.files.get(path);
    return file?.read(0, file.size);
  }

  /** Paths of all files of a branch; undefined if there is no such repository or branch. */
  paths(id: string, branch = "main"): string[] | undefined {
    const commit = this.#served.get(`models/${id}`)?.branches.get(branch);
    return commit && [...commit.files.keys()];
  }

  /** Stops serving. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.resolve();
    this.#wayToStore[Symbol.dispose]();
    await Promise.all([this.#hub.shutdown(), this.#store.shutdown()]);
  }

  #note(request: Request): URL {
    const url = new URL(request.url);
    this.requests.push({
      method: request.method,
      path: url.pathname + url.search,
      range: request.headers.get("Range"),
      authorization: request.headers.get("Authorization"),
    });
    return url;
  }

  async #answer(request: Request): Promise<Response> {
    const url = this.#note(request);
    const fault = passingFault(this.faults) ?? refusalOf(this.faults, url);
    if (fault) return fault;
    for (const [before, now] of Object.entries(this.options.renamed ?? {})) {
      if (!url.pathname.startsWith(`/api/models/${before}/`)) continue;
      return Response.redirect(url.href.replace(before, now), 307);
    }
    const upload = await this.uploads.answer(request, url);
    if (upload) return upload;
    const api =
      /^\/api\/(datasets|models)\/([^/]+\/[^/]+)(?:\/(revision|tree|paths-info)\/([^/]+)(?:\/(.*))?)?$/
        .exec(url.pathname);
    if (api) {
      const [, kind, id, verb = "revision", revision = "HEAD", path = ""] = api;
      return this.#reach(request, { kind, id, revision }, (commit, served) => {
        if (verb === "tree") return treeOf(commit, url, { path, pageSize: this.options.pageSize ?? 1000 });
        if (verb === "paths-info") return pathsInfoOf(commit, request);
        return json(infoOf(served.repository, commit));
      });
    }
    const file = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    if (!file) return fail(404, "", "Not found");
    const [, folder, id, revision, path] = file;
    const kind = folder ? "datasets" : "models";
    return await this.#reach(request, { kind, id, revision }, (commit, { repository }) => {
      if (repository.access === "gated" && !this.#has(this.options.readers, request)) {
        const status = request.headers.has("Authorization") ? 403 : 401;
        return fail(status, "GatedRepo", "Access to this dataset is restricted.");
      }
      return this.#resolve(commit, decodeURIComponent(path), request);
    });
  }

  async #reach(
    request: Request,
    { kind, id, revision }: { kind: string; id: string; revision: string },
    answer: (commit: LoopbackCommit, served: Served) => Response | Promise<Response>,
  ): Promise<Response> {
    const sent = request.headers.get("Authorization") !== null;
    if (sent && !this.#has(this.options.tokens, request)) {
      return fail(401, "", "Invalid credentials in Authorization header");
    }
    const served = this.#served.get(`${kind}/${id}`);
    if (!served || (served.repository.access === "private" && !sent)) {
      return fail(sent ? 404 : 401, "RepoNotFound", "Repository not found");
    }
    const name = decodeURIComponent(revision);
    const commit = served.branches.get(name === "HEAD" ? "main" : name) ??
      [...served.branches.values()].find((each) => each.id === name);
    return commit ? await answer(commit, served) : fail(404, "RevisionNotFound", `Invalid rev id: ${name}`);
  }

  #has(tokens: readonly string[] = [], request: Request): boolean {
    return tokens.includes(request.headers.get("Authorization")?.replace(/^Bearer /, "") ?? "");
  }

  #refuseWriter(request: Request): Response | undefined {
    if (!request.headers.has("Authorization")) return fail(401, "", "Invalid username or password.");
    if (!this.#has(this.options.tokens, request)) {
      return fail(401, "", "Invalid credentials in Authorization header");
    }
    if (this.#has(this.options.writers, request)) return undefined;
    return fail(403, "", "Forbidden: you must use a write token to upload to a repository.");
  }

  #resolve(commit: LoopbackCommit, path: string, request: Request): Response {
    const file = commit.files.get(path);
    if (!file) return fail(404, "EntryNotFound", "Entry not found");
    const headers = { "X-Repo-Commit": commit.id, "Accept-Ranges": "bytes" };
    if (file.sha256 === undefined) return this.#send(file, request, headers);
    const linked = { "X-Linked-Size": String(file.size), "X-Linked-ETag": `"${file.sha256}"` };
    const location = `http://127.0.0.1:${this.#store.addr.port}/${file.sha256}`;
    return new Response(null, { status: 302, headers: { ...headers, ...linked, location } });
  }

  async #answerFromStore(request: Request): Promise<Response> {
    const url = this.#note(request);
    if (request.headers.get("Authorization")) return fail(400, "", "Only one auth mechanism allowed");
    const refusal = refusalOf(this.faults, url);
    if (refusal) return refusal;
    if (url.pathname.startsWith("/upload/")) {
      const isSilent = this.faults.uploadStalls > 0 && this.faults.uploadStalls-- > 0;
      if (isSilent) await this.#closing.promise;
      return await this.#objects.answer(request, url);
    }
    for (const { branches } of this.#served.values()) {
      for (const { files } of branches.values()) {
        const file = [...files.values()].find(({ sha256 }) => sha256 === url.pathname.slice(1));
        if (file) return this.#send(file, request, {});
      }
    }
    return fail(404, "", "Not found");
  }

  #send(file: LoopbackFile, request: Request, headers: Record<string, string>): Response {
    const onBytes = (count: number): void => {
      this.bytesSent += count;
    };
    return sendFile(file, request, { faults: this.faults, onBytes, headers });
  }
}

function serve(
  answer: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, answer);
}
