import { decodeByteLevel } from "./_byte_level.ts";
import type { TokenizerJson } from "./_tokenizer_json.ts";

/** What a token stands for, however its vocabulary spells it. */
export interface TokenText {
  /** Its text, without a mark. */
  text: string;
  /** Whether it begins a word. */
  starts: boolean;
}

const WORD_START = "\u2581";

/** A function that reads the tokens of one vocabulary; undefined for a part of a character. */
export function tokenReader(json: string): (token: string) => TokenText | undefined {
  const file = JSON.parse(json) as TokenizerJson;
  const { type, continuing_subword_prefix: prefix } = file.model;
  if (type === "WordPiece" && prefix) {
    return (token) => {
      const continues = token.startsWith(prefix) && token.length > prefix.length;
      return { text: continues ? token.slice(prefix.length) : token, starts: !continues };
    };
  }
  if (type === "WordLevel") return (token) => ({ text: token, starts: true });
  if (/"type":"ByteLevel"/.test(json)) {
    return (token) => {
      const text = decodeByteLevel(token);
      if (text === undefined) return undefined;
      return text.startsWith(" ") ? { text: text.slice(1), starts: true } : { text, starts: false };
    };
  }
  return (token) => {
    return token.startsWith(WORD_START)
      ? { text: token.slice(WORD_START.length), starts: true }
      : { text: token, starts: false };
  };
}
