import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether an `Authorization` header carries the token. Takes as long for a wrong token as for the right one, whatever
 * their lengths: digests are compared, all of their bytes.
 *
 * @param header the header's value, if there is one
 * @param token the right token
 */
export function carriesToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(.*?) *$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
