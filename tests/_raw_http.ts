/** How a raw connection ended. */
export interface RawOutcome {
  /** All that the server sent. */
  text: string;
  /** Whether the server closed the connection, or reset it. */
  isClosed: boolean;
}

/** Bytes or text that go over a connection, and pauses in milliseconds between them. */
export type RawPart = string | Uint8Array | number;

/**
 * For tests: sends bytes over a connection of their own and gives what comes back until the server closes it, or until
 * nothing came for `patience` milliseconds.
 *
 * @param url the server's
 * @param parts what is sent, one after the other
 */
export async function rawExchange(
  url: string,
  parts: readonly RawPart[],
  patience = 2500,
): Promise<RawOutcome> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const decoder = new TextDecoder();
  let text = "";
  let isClosed = false;
  let isOver = false;
  const reading = (async (): Promise<void> => {
    const bytes = new Uint8Array(1 << 16);
    for (;;) {
      const timer = setTimeout(() => connection.close(), patience);
      try {
        const count = await connection.read(bytes);
        if (count === null) break;
        text += decoder.decode(bytes.subarray(0, count), { stream: true });
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionReset)) return; // closed by the timer
        break;
      } finally {
        clearTimeout(timer);
      }
    }
    isClosed = true;
    connection.close();
  })().finally(() => isOver = true);
  for (const part of parts) {
    if (isOver) break;
    if (typeof part === "number") await new Promise((resolve) => setTimeout(resolve, part));
    else await writeAll(connection, part).catch(() => {}); // the server may have had enough
  }
  await reading;
  return { text, isClosed };
}

async function writeAll(connection: Deno.Conn, part: string | Uint8Array): Promise<void> {
  const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
  for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
}

/** The head of a POST request, without the empty line. */
export function postHead(path: string, ...headers: readonly string[]): string {
  return [`POST ${path} HTTP/1.1`, "host: test", "content-type: application/json", ...headers].join("\r\n");
}
