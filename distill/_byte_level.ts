/** Character of every byte in the vocabularies of byte-level BPE: printable Latin-1 as it is, the others from U+0100 on. */
const CHARACTERS: readonly string[] = byteCharacters();
const BYTES: ReadonlyMap<string, number> = new Map(CHARACTERS.map((character, byte) => [character, byte]));

/** Words and spaces as GPT-2 cuts them: contractions, letters, digits, other characters, each with the space before it. */
const PARTS = /'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** All characters that stand for a byte, in the order of the bytes. */
export function byteAlphabet(): readonly string[] {
  return CHARACTERS;
}

/**
 * The words of a text as the pre-tokenizer `ByteLevel` makes them, a space before the first one included.
 *
 * Source: Radford et al. 2019 ("Language Models are Unsupervised Multitask Learners") and the code that came with it.
 */
export function byteLevelWords(text: string): string[] {
  const spaced = /^\s/u.test(text) ? text : ` ${text}`;
  return (spaced.match(PARTS) ?? []).map((part) => {
    return Array.from(new TextEncoder().encode(part), (byte) => CHARACTERS[byte]).join("");
  });
}

/** The text that byte characters stand for; undefined if they are none, or not whole UTF-8 characters. */
export function decodeByteLevel(token: string): string | undefined {
  const bytes = Array.from(token, (character) => BYTES.get(character));
  if (bytes.includes(undefined)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes as number[]),
    );
  } catch {
    return undefined;
  }
}

function byteCharacters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(isPrintable ? byte : next++);
  });
}
