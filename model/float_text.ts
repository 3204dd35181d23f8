/** Exponent bits of the numbers from 1/2 to 1, the largest that are written the fast way. */
const BELOW_ONE = 126;

/**
 * Digits after the decimal point by a float32's exponent bits, nine at least below 1: enough that the decimal number is nearer to its float32
 * than to any other. Neighbours of 2^e are 2^(e-24) or more apart and the decimal is off by half of 10^-digits at most,
 * so 10^digits > 2^(24-e) suffices; among the subnormals (bits 0) neighbours are 2^-149 apart.
 */
const DIGITS: Int32Array = Int32Array.from({ length: 255 }, (_, bits) => {
  if (bits === 0) return 46;
  const digits = Math.floor(Math.log10(2) * (24 - (bits - 127))) + 1;
  return bits <= BELOW_ONE ? Math.max(digits, 9) : digits;
});

/** Powers of ten that turn a number into the whole number of its digits, 2^24 to 10 * 2^25. */
const SCALES: Float64Array = Float64Array.from(DIGITS, (digits) => Number(`1e${digits}`));

/** The digits of 0 to 9999, four bytes each, as little-endian words. */
const QUADS: Uint32Array = Uint32Array.from(
  { length: 10_000 },
  (_, number) => word(String(number).padStart(4, "0")),
);

/** Numbers that need more digits than this after the point, below 2^-19, are written with an exponent. */
const MOST_DIGITS = 13;

/** The longest number: sign, `0.`, thirteen digits, a comma. */
export const LONGEST_FLOAT_TEXT = 17;

const [COMMA, MINUS, ZERO, OPEN, CLOSE] = new TextEncoder().encode(",-0[]");
const POINT_ZEROS = word("0.00");
const ZEROS = word("0000");

/**
 * Writes a vector as a JSON list into `out` from `start` on. Every number has the 8 to 10 significant digits that name
 * its float32 and no other: whoever reads the text as float64 and casts, or as float32, gets the same bits.
 *
 * @param vector finite float32 numbers
 * @param out receives the text: {@link LONGEST_FLOAT_TEXT} bytes a number and 2 more must be there from `start` on
 * @param start where the text begins
 * @returns where the text ends
 * @throws RangeError when a number is not finite: JSON has no word for it
 */
export function writeFloats(vector: Float32Array, out: Uint8Array, start: number): number {
  const words = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const allBits = new Uint32Array(vector.buffer, vector.byteOffset, vector.length);
  let at = start;
  out[at++] = OPEN;
  for (let i = 0; i < vector.length; i++) {
    const bits = allBits[i];
    const exponent = bits >>> 23 & 0xff;
    if (exponent === 0xff) throw notFinite(vector[i]);
    out[at] = MINUS; // written over unless there is one: signs cannot be foretold, and a wrong guess takes 4 ns
    at += bits >>> 31;
    const digits = DIGITS[exponent];
    const whole = Math.abs(vector[i]) * SCALES[exponent] + 0.5 | 0;
    if (exponent > BELOW_ONE || digits > MOST_DIGITS) {
      at = putText(numberText(whole, digits), out, at);
      out[at++] = COMMA;
      continue;
    }
    // `0.`, the zeros that come first, then nine digits; words go over what is not needed of the words before.
    words.setUint32(at, POINT_ZEROS, true);
    words.setUint32(at + 4, ZEROS, true);
    const high = whole / 10_000 | 0;
    const first = high / 10_000 | 0;
    out[at + digits - 7] = ZERO + first;
    at += digits - 6;
    words.setUint32(at, QUADS[high - 10_000 * first], true);
    words.setUint32(at + 4, QUADS[whole - 10_000 * high], true);
    out[at + 8] = COMMA;
    at += 9;
  }
  if (vector.length === 0) at++;
  out[at - 1] = CLOSE;
  return at;
}

/** Four characters as they are written by a little-endian store. */
function word(text: string): number {
  return [...text].reduce((sum, character, i) => sum + character.charCodeAt(0) * 2 ** (8 * i), 0);
}

function putText(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** `whole` 10^-digits for a number that is zero, 1 or above, or very small. */
function numberText(whole: number, digits: number): string {
  if (whole === 0) return "0.0"; // "-0" alone would be read as a whole number, which has no sign
  if (digits === 0) return String(whole);
  if (digits < 0 || digits > 8) return `${whole}e${-digits}`;
  const text = String(whole);
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function notFinite(value: number): RangeError {
  return new RangeError(
    `Cannot write ${value} as JSON: it is not finite; look for a training run that diverged, or for a damaged table`,
  );
}
