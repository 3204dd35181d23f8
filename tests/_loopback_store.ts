import { createHash } from "node:crypto";
import { fail } from "./_loopback_answers.ts";

/** An upload that was agreed on. */
interface Agreed {
  size: number;
  /** Parts by number, where it goes in parts. */
  parts?: Map<number, Uint8Array<ArrayBuffer>>;
  partBytes: number;
}

/** How an object gets into the store: the `upload` action of the LFS batch protocol. */
export interface UploadAction {
  href: string;
  header?: Record<string, string>;
}

/**
 * The store behind a hub as it takes large files: by one PUT, or by parts and a completion, at addresses that were agreed
 * on before. It wants no token but a length, and checks every byte.
 */
export class LoopbackStore {
  /** What it holds, by SHA-256. */
  readonly objects = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #agreed = new Map<string, Agreed>();

  /** @param partBytes objects larger than this go in parts of it */
  constructor(private readonly partBytes: number) {}

  /**
   * Agrees on an upload.
   *
   * @param base where the store is reached
   * @param oid SHA-256 of what will come, and how long it is
   */
  agree(base: string, oid: string, size: number): UploadAction {
    const href = `${base}/upload/${oid}`;
    if (size <= this.partBytes) {
      this.#agreed.set(oid, { size, partBytes: size });
      return { href: `${href}?signature=1` };
    }
    this.#agreed.set(oid, { size, parts: new Map(), partBytes: this.partBytes });
    const count = Math.ceil(size / this.partBytes);
    const parts = Array.from({ length: count }, (_, i): [string, string] => [
      String(i + 1).padStart(5, "0"),
      `${href}?partNumber=${i + 1}&signature=1`,
    ]);
    return {
      href: `${href}?complete=1`,
      header: { chunk_size: String(this.partBytes), ...Object.fromEntries(parts) },
    };
  }

  /** Takes what comes to `/upload/SHA256`. */
  async answer(request: Request, url: URL): Promise<Response> {
    const oid = url.pathname.slice("/upload/".length);
    const agreed = this.#agreed.get(oid);
    if (!agreed) return refuse(403, "AccessDenied", "Request has expired");
    if (url.searchParams.has("complete")) return await this.#complete(oid, agreed, request);
    const length = request.headers.get("Content-Length");
    if (length === null) {
      return refuse(501, "NotImplemented", "A header implies functionality: Transfer-Encoding");
    }
    const bytes = await request.bytes().catch(() => undefined);
    if (bytes === undefined || bytes.length !== Number(length)) {
      return refuse(400, "IncompleteBody", "The request body was cut off");
    }
    const part = url.searchParams.get("partNumber");
    if (part === null) return this.#keep(oid, agreed, bytes);
    if (bytes.length > agreed.partBytes) return refuse(400, "EntityTooLarge", "The part is too large");
    agreed.parts!.set(Number(part), bytes);
    return new Response(null, { headers: { ETag: `"${sha256(bytes)}"` } });
  }

  async #complete(oid: string, agreed: Agreed, request: Request): Promise<Response> {
    const { oid: named, parts } = await request.json() as {
      oid: string;
      parts: { partNumber: number; etag: string }[];
    };
    const all = parts.map(({ partNumber }) => agreed.parts?.get(partNumber));
    const isRight = named === oid && all.every((part, i) => part && parts[i].etag === `"${sha256(part)}"`);
    if (!isRight) return refuse(400, "InvalidPart", "A part is missing or has another ETag");
    return this.#keep(oid, agreed, await new Blob(all as Uint8Array<ArrayBuffer>[]).bytes());
  }

  #keep(oid: string, { size }: Agreed, bytes: Uint8Array<ArrayBuffer>): Response {
    if (bytes.length !== size || sha256(bytes) !== oid) {
      return refuse(400, "BadDigest", "The SHA256 did not match what was received");
    }
    this.objects.set(oid, bytes);
    this.#agreed.delete(oid);
    return new Response(null, { headers: { ETag: `"${oid}"` } });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Stores answer in XML. */
function refuse(status: number, code: string, message: string): Response {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(body, { status, headers: { "Content-Type": "application/xml" } });
}

/** The sentence of the hub for a commit that names what the store has not. */
export function missingObject(): Response {
  return fail(400, "", "Your push was rejected because an LFS pointer pointed to a file that does not exist");
}
