import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { ApiError } from "./api_error.ts";
import type { Limits } from "./limits.ts";

/**
 * Reads a request's body.
 *
 * @throws ApiError when it is too large, declared or sent, or does not arrive in time or in full
 */
export function readBody(message: IncomingMessage, { maxBodyBytes, timeout }: Limits): Promise<Uint8Array> {
  const declared = Number(message.headers["content-length"] ?? 0);
  if (declared > maxBodyBytes) return Promise.reject(tooLarge(maxBodyBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => end(() => reject(slow(timeout))), timeout);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      message.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBodyBytes) end(() => reject(tooLarge(maxBodyBytes)));
    };
    const onEnd = (): void => end(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    const onClose = (): void => end(() => reject(cutOff()));
    message.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}

function tooLarge(maxBodyBytes: number): ApiError {
  return new ApiError(
    "bodyTooLarge",
    `Cannot read the body: it is larger than the limit of ${maxBodyBytes} bytes; send fewer or shorter texts`,
  );
}

function slow(timeout: number): ApiError {
  return new ApiError(
    "slowBody",
    `Cannot read the body: it did not arrive within ${timeout / 1000} s; send it faster, or in parts`,
  );
}

function cutOff(): ApiError {
  return new ApiError("gone", "Cannot read the body: it ended too early; send as much as announced");
}
