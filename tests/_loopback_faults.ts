import { fail } from "./_loopback_answers.ts";
import type { LoopbackFile } from "./_loopback_repository.ts";

/** An answer that is given once, whatever it should be. */
export interface LoopbackRefusal {
  /** What the path and query of the request must match. */
  path: RegExp;
  status: number;
  /** What the hub says. */
  message: string;
}

/** What a loopback hub does wrong; all off at first, to be switched while it runs. */
export interface LoopbackFaults {
  /** So many of the next answers are server errors. */
  serverErrors: number;
  /** So many of the next answers are 429. */
  rateLimits: number;
  /** Headers of those. */
  rateLimitHeaders: Record<string, string>;
  /** So many of the next answers with bytes of a file are cut off after `cutAfter` bytes. */
  cuts: number;
  cutAfter: number;
  /** So many of the next answers with bytes of a file fall silent after `cutAfter` bytes. */
  stalls: number;
  /** Whether requests for some bytes of a file are answered with all of them. */
  ignoreRanges: boolean;
  /** So many of the next answers with bytes of a file have wrong ones. */
  wrongBytes: number;
  /** Answers given once each, to the first request that they match. */
  refusals: LoopbackRefusal[];
  /** So many of the next connections that bring a file are cut after `uploadCutAfter` bytes. */
  uploadCuts: number;
  uploadCutAfter: number;
  /** So many of the next uploads to the store are taken, but never answered. */
  uploadStalls: number;
  /** So many of the next commits are made, but answered 504. */
  lostAnswers: number;
  /** Called when a commit has come, before it is made. */
  onCommit: () => void;
}

/** No faults. */
export function noFaults(): LoopbackFaults {
  return {
    serverErrors: 0,
    rateLimits: 0,
    rateLimitHeaders: {},
    cuts: 0,
    cutAfter: 1000,
    stalls: 0,
    ignoreRanges: false,
    wrongBytes: 0,
    refusals: [],
    uploadCuts: 0,
    uploadCutAfter: 100_000,
    uploadStalls: 0,
    lostAnswers: 0,
    onCommit: () => {},
  };
}

/** The answer of a fault that passes, counted down. */
export function passingFault(faults: LoopbackFaults): Response | undefined {
  if (faults.serverErrors > 0 && faults.serverErrors-- > 0) {
    return new Response("<html>502</html>", { status: 502 });
  }
  if (faults.rateLimits > 0 && faults.rateLimits-- > 0) {
    return new Response("{}", { status: 429, headers: faults.rateLimitHeaders });
  }
  return undefined;
}

/** The answer of a refusal that matches a request, taken from the list. */
export function refusalOf(faults: LoopbackFaults, { pathname, search }: URL): Response | undefined {
  const index = faults.refusals.findIndex(({ path }) => path.test(pathname + search));
  if (index < 0) return undefined;
  const [{ status, message }] = faults.refusals.splice(index, 1);
  return fail(status, "", message);
}

/** Bytes sent at once. */
const PIECE_BYTES = 1 << 16;

/**
 * The answer to a request for a file, or for some bytes of it.
 *
 * @param file what is asked for
 * @param request `Range` and method are read
 * @param options faults in force (counted down here), and who hears how many bytes are sent
 */
export function sendFile(
  file: LoopbackFile,
  request: Request,
  { faults, onBytes, headers }: {
    faults: LoopbackFaults;
    onBytes: (count: number) => void;
    headers: Record<string, string>;
  },
): Response {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  const range = asked && !faults.ignoreRanges;
  const start = range ? Number(asked[1]) : 0;
  const end = range && asked[2] !== "" ? Math.min(Number(asked[2]) + 1, file.size) : file.size;
  const all = { ETag: `"${file.sha256 ?? file.oid}"`, "Content-Length": String(end - start), ...headers };
  const init = range
    ? { status: 206, headers: { ...all, "Content-Range": `bytes ${start}-${end - 1}/${file.size}` } }
    : { status: 200, headers: all };
  if (request.method === "HEAD") return new Response(null, init);
  const isCut = faults.cuts > 0 && faults.cuts-- > 0;
  const isStalled = faults.stalls > 0 && faults.stalls-- > 0;
  const isWrong = faults.wrongBytes > 0 && faults.wrongBytes-- > 0;
  let at = start;
  const stop = isCut || isStalled ? Math.min(end, start + faults.cutAfter) : end;
  const gone = Promise.withResolvers<void>();
  const body = new ReadableStream({
    cancel: () => gone.resolve(),
    async pull(controller): Promise<void> {
      if (at === stop && isStalled) await gone.promise;
      // An answer that ends before its Content-Length is a cut connection.
      if (at === stop) return controller.close();
      const bytes = file.read(at, Math.min(stop, at + PIECE_BYTES));
      controller.enqueue(isWrong ? bytes.map((byte) => byte ^ 1) : bytes);
      at += bytes.length;
      onBytes(bytes.length);
    },
  });
  return new Response(body, init);
}
