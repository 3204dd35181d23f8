import { fail, json } from "./_loopback_answers.ts";
import type { LoopbackFaults } from "./_loopback_faults.ts";
import { type LoopbackStore, missingObject } from "./_loopback_store.ts";
import {
  isLarge,
  type LoopbackCommit,
  type LoopbackContent,
  type LoopbackRepository,
} from "./_loopback_repository.ts";

/** What the part of a loopback hub that takes uploads needs of the rest. */
export interface UploadHost {
  /** The hub's address, and that by which uploads reach the store. */
  readonly endpoint: string;
  readonly storeAddress: string;
  readonly faults: LoopbackFaults;
  readonly store: LoopbackStore;
  /** A refusal if the request's token is missing, unknown or may not write. */
  refuseWriter(request: Request): Response | undefined;
  /** Owners for whom repositories may be made. */
  readonly owners: readonly string[];
  find(id: string): { repository: LoopbackRepository; branches: Map<string, LoopbackCommit> } | undefined;
  put(repository: LoopbackRepository): void;
}

/** A commit that was made by an upload. */
export interface LoopbackUpload {
  title: string;
  description: string | undefined;
  branch: string;
  /** What it added or changed: path, and whether it came by the store. */
  files: { path: string; isLarge: boolean }[];
}

type Line = { key: string; value: Record<string, string | number | undefined> };

/** The hub's interface for writing: repositories, branches, what goes where, the LFS batch, and commits. */
export class LoopbackUploads {
  /** Commits made so far. */
  readonly commits: LoopbackUpload[] = [];
  /** Ways of transfer that the last client offered. */
  transfers: string[] = [];

  /** @param host the hub that it belongs to */
  constructor(private readonly host: UploadHost) {}

  /** The answer to a request that writes; undefined if it is none. */
  async answer(request: Request, url: URL): Promise<Response | undefined> {
    if (request.method !== "POST") return undefined;
    if (url.pathname === "/api/repos/create") return await this.#create(request);
    const batch = /^\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/.exec(url.pathname);
    if (batch) return await this.#batch(batch[1], request);
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(preupload|branch|commit)\/([^/]+)$/.exec(url.pathname);
    if (!api) return undefined;
    const [, id, verb] = api;
    const branch = decodeURIComponent(api[3]);
    if (verb === "preupload") return await this.#preupload(id, branch, request);
    if (verb === "branch") return this.#branch(id, branch, request);
    return await this.#commit({ id, branch, isPullRequest: url.searchParams.has("create_pr") }, request);
  }

  async #create(request: Request): Promise<Response> {
    const refusal = this.host.refuseWriter(request);
    if (refusal) return refusal;
    const { name, organization, visibility, type } = await request.json();
    const id = `${organization}/${name}`;
    if (type !== "model" || !/^[\w.-]+$/.test(name)) return fail(400, "", "Invalid repository name");
    if (!this.host.owners.includes(organization)) {
      return fail(
        403,
        "",
        `You don't have the rights to create a model under the namespace "${organization}"`,
      );
    }
    if (this.host.find(id)) return fail(409, "", "You already created this model repo");
    const branches = { main: { ".gitattributes": "*.safetensors filter=lfs diff=lfs merge=lfs -text\n" } };
    this.host.put({ kind: "models", id, branches, access: visibility === "private" ? "private" : "public" });
    return json({ url: `${this.host.endpoint}/${id}`, name: id, id: "0" });
  }

  #refuse(id: string, branch: string, request: Request): Response | undefined {
    const mayPropose = new URL(request.url).searchParams.has("create_pr") &&
      this.host.refuseWriter(request)?.status === 403;
    const refusal = mayPropose ? undefined : this.host.refuseWriter(request);
    if (refusal) return refusal;
    const found = this.host.find(id);
    if (!found) return fail(404, "RepoNotFound", "Repository not found");
    return found.branches.has(branch)
      ? undefined
      : fail(404, "RevisionNotFound", `Invalid rev id: ${branch}`);
  }

  async #preupload(id: string, branch: string, request: Request): Promise<Response> {
    const refusal = this.#refuse(id, branch, request);
    if (refusal) return refusal;
    const { files } = await request.json() as { files: { path: string; size: number; sample: string }[] };
    const isRight = files.every(({ size, sample }) => atob(sample).length === Math.min(size, 512));
    if (!isRight) return fail(400, "", "sample: 512 bytes are wanted");
    return json({
      files: files.map(({ path, size }) => ({
        path,
        uploadMode: isLarge(path, size) ? "lfs" : "regular",
        shouldIgnore: false,
      })),
    });
  }

  #branch(id: string, branch: string, request: Request): Response {
    const refusal = this.#refuse(id, "main", request);
    if (refusal) return refusal;
    const { repository } = this.host.find(id)!;
    if (repository.branches[branch]) return fail(409, "", "Reference already exists");
    this.#set(repository, branch, repository.branches.main);
    return json({});
  }

  /** Source: https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md */
  async #batch(id: string, request: Request): Promise<Response> {
    const { operation, transfers, hash_algo, objects, ref } = await request.json();
    // A pull request names no branch here.
    const refusal = ref === undefined ? undefined : this.#refuse(id, ref.name, request);
    if (refusal) return refusal;
    const type = "application/vnd.git-lfs+json";
    const isRight = operation === "upload" && hash_algo === "sha_256" && transfers.includes("basic") &&
      request.headers.get("Content-Type") === type && request.headers.get("Accept") === type;
    if (!isRight) return fail(422, "", "Not a batch request for uploads");
    this.transfers = transfers;
    const answers = (objects as { oid: string; size: number }[]).map(({ oid, size }) =>
      this.#holds(oid) ? { oid, size } : {
        oid,
        size,
        authenticated: true,
        actions: { upload: this.host.store.agree(this.host.storeAddress, oid, size) },
      }
    );
    return json({ transfer: "basic", objects: answers }, { "Content-Type": type });
  }

  async #commit(
    { id, branch, isPullRequest }: { id: string; branch: string; isPullRequest: boolean },
    request: Request,
  ): Promise<Response> {
    const refusal = this.#refuse(id, branch, request);
    if (refusal) return refusal;
    const { repository, branches } = this.host.find(id)!;
    this.host.faults.onCommit();
    const lines = (await request.text()).split("\n").map((line) => JSON.parse(line) as Line);
    const [{ key, value: header }, ...rest] = lines;
    const isRight = request.headers.get("Content-Type") === "application/x-ndjson" && key === "header" &&
      header.summary;
    if (!isRight) return fail(400, "", "A commit begins with a header and its summary");
    if (header.parentCommit !== undefined && header.parentCommit !== branches.get(branch)!.id) {
      return fail(412, "", "A commit has happened since. Please refresh and try again.");
    }
    const files: Record<string, LoopbackContent> = { ...repository.branches[branch] };
    for (const line of rest) {
      const content = this.#contentOf(line);
      if (content instanceof Response) return content;
      files[String(line.value.path)] = content;
    }
    const number = Object.keys(repository.branches).filter((name) => name.startsWith("refs/pr/")).length + 1;
    const target = isPullRequest ? `refs/pr/${number}` : branch;
    this.#set(repository, target, files);
    this.commits.push({
      title: String(header.summary),
      description: header.description as string | undefined,
      branch: target,
      files: rest.map((line) => ({ path: String(line.value.path), isLarge: line.key === "lfsFile" })),
    });
    if (this.host.faults.lostAnswers > 0 && this.host.faults.lostAnswers-- > 0) {
      return fail(504, "", "Gateway Timeout");
    }
    const commitOid = this.host.find(id)!.branches.get(target)!.id;
    const made = { success: true, commitOid, commitUrl: `${this.host.endpoint}/${id}/commit/${commitOid}` };
    const pullRequestUrl = `${this.host.endpoint}/${id}/discussions/${number}`;
    return json({ ...made, hookOutput: "", ...isPullRequest ? { pullRequestUrl } : {} });
  }

  #contentOf({ key, value }: Line): LoopbackContent | Response {
    if (key === "file" && value.encoding === "base64") {
      const bytes = Uint8Array.fromBase64(String(value.content));
      return isLarge(String(value.path), bytes.length)
        ? fail(400, "", "Your push was rejected because it contains files larger than 10 MiB")
        : bytes;
    }
    if (key !== "lfsFile" || value.algo !== "sha256") return fail(400, "", `Unknown operation ${key}`);
    const bytes = this.#holds(String(value.oid));
    return bytes?.length === value.size ? bytes! : missingObject();
  }

  /** A large file's content, if it was uploaded. */
  #holds(oid: string): Uint8Array<ArrayBuffer> | undefined {
    return this.host.store.objects.get(oid);
  }

  #set(repository: LoopbackRepository, branch: string, files: Record<string, LoopbackContent>): void {
    this.host.put({ ...repository, branches: { ...repository.branches, [branch]: files } });
  }
}
