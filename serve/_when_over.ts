import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What is to be called for the answers of a connection that are not over yet. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls something once: when an answer is fetched, or when its connection is gone. Of answers that wait behind others of
 * their connection (pipelining), the response itself never hears that it is.
 *
 * @param socket the connection
 * @param response the answer
 * @param end what is called
 */
export function whenOver(socket: Socket, response: ServerResponse, end: () => void): void {
  const ends = endsOf(socket);
  const over = (): void => {
    if (ends.delete(over)) end();
  };
  ends.add(over);
  response.once("close", over);
  if (socket.closed) over();
}

/** One listener for a connection, however many requests it carries. */
function endsOf(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const ends = new Set<() => void>();
  waiting.set(socket, ends);
  socket.once("close", () => ends.forEach((over) => over()));
  return ends;
}
