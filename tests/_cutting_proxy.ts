import type { LoopbackFaults } from "./_loopback_faults.ts";

/** Hands connections on to a server of this machine, and cuts them in the middle of what they bring as faults say. */
export class CuttingProxy {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.TcpConn>();

  /**
   * Begins to listen.
   *
   * @param port the server's
   * @param faults `uploadCuts` is counted down
   */
  constructor(private readonly port: number, private readonly faults: LoopbackFaults) {
    this.#accept();
  }

  /** Where it listens. */
  get address(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Closes all connections. */
  [Symbol.dispose](): void {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    this.#open.clear();
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
      for (const connection of [client, server]) this.#open.add(connection);
      let brought = 0;
      const isCut = (count: number): boolean => {
        brought += count;
        if (this.faults.uploadCuts === 0 || brought <= this.faults.uploadCutAfter) return false;
        this.faults.uploadCuts--;
        return true;
      };
      const end = (): void => this.#close(client, server);
      copy(client, server, isCut).then(end, end);
      copy(server, client, () => false).then(end, end);
    }
  }

  #close(...connections: readonly Deno.TcpConn[]): void {
    for (const connection of connections) if (this.#open.delete(connection)) connection.close();
  }
}

async function copy(from: Deno.Conn, to: Deno.Conn, isCut: (count: number) => boolean): Promise<void> {
  const bytes = new Uint8Array(1 << 16);
  for (;;) {
    const count = await from.read(bytes);
    if (count === null || isCut(count)) return;
    for (let done = 0; done < count;) done += await to.write(bytes.subarray(done, count));
  }
}
