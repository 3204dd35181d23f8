/**
 * Texts to vectors in one go: token ids, the mean of their rows, the scaling to length 1.
 *
 * A row of 1,024 floats is as long as a page of memory. Rows are therefore read whole, some at a time (a tile), so
 * that the processor prefetches them, while a tile's sums stay in registers for some columns at a time: on texts of
 * 335 tokens twice as fast as going through all rows for each block of columns. Rows are always added one after the
 * other, in the order of the tokens, so a column's bits depend on nothing but its text.
 */
import { tokenize } from "./word_pieces";

/** Types of tables. */
const FLOAT32 = 0;
const FLOAT16 = 1;

/**
 * Rows of a tile. With 24, rows that come from the caches are read some 5 % faster, but rows that come from memory at
 * less than half the speed: the processor prefetches no more than some dozen runs of addresses at once. Whole numbers
 * are added up in 16 bits, which hold 256 of them.
 */
const TILE: usize = 12;
const INTEGER_TILE: usize = 128;

/** The exponents of float16 and float32 differ by 112; float16's are raised after the sum, which is exact. */
const HALF_SCALE: f32 = 5.192296858534828e33;
/**
 * A text of more tokens is summed in blocks, whose float32 sums are added up in float64: a float32 sum of like-sized
 * numbers stands still at 2^24 of them. Up to here the bits are those of torch's EmbeddingBag.
 */
const LONG_TEXT: usize = 1 << 16;
/** Tokens of a block; more if the sums of as many columns need the room of more token ids. */
const LONG_BLOCK: usize = 1 << 13;

/** Smallest length that a vector is divided by. */
const SMALLEST_NORM: f64 = 1e-12;

/** Four columns as floats, those of float16 2^112 too small. */
// @ts-ignore: decorator
@inline
function four<T>(at: usize): v128 {
  if (isFloat<T>()) return v128.load(at);
  if (sizeof<T>() == 2) return v128.and(i32x4.shl(v128.load16x4_s(at), 13), i32x4.splat(0x8fffe000));
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(at))));
}

/** The same for one column. */
// @ts-ignore: decorator
@inline
function one<T>(at: usize): f32 {
  if (isFloat<T>()) return load<f32>(at);
  if (sizeof<T>() == 2) return reinterpret<f32>((<i32> load<i16>(at) << 13) & 0x8fffe000);
  return <f32> load<i8>(at);
}

/** What a sum is multiplied by before it is divided by the count. */
// @ts-ignore: decorator
@inline
function scaleOf<T>(): f32 {
  return !isFloat<T>() && sizeof<T>() == 2 ? HALF_SCALE : 1;
}

/** Adds 32 columns of some rows to `out`; the first tile starts at zero, the last one (count > 0) divides. */
// @ts-ignore: decorator
@inline
function addBlock<T>(
  source: usize,
  stride: usize,
  ids: usize,
  last: usize,
  isFirst: bool,
  count: f32,
  out: usize,
): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  if (!isFirst) {
    a0 = v128.load(out);
    a1 = v128.load(out, 16);
    a2 = v128.load(out, 32);
    a3 = v128.load(out, 48);
    a4 = v128.load(out, 64);
    a5 = v128.load(out, 80);
    a6 = v128.load(out, 96);
    a7 = v128.load(out, 112);
  }
  for (let at = ids; at < last; at += 4) {
    const row = source + <usize> load<u32>(at) * stride;
    a0 = f32x4.add(a0, four<T>(row));
    a1 = f32x4.add(a1, four<T>(row + 4 * sizeof<T>()));
    a2 = f32x4.add(a2, four<T>(row + 8 * sizeof<T>()));
    a3 = f32x4.add(a3, four<T>(row + 12 * sizeof<T>()));
    a4 = f32x4.add(a4, four<T>(row + 16 * sizeof<T>()));
    a5 = f32x4.add(a5, four<T>(row + 20 * sizeof<T>()));
    a6 = f32x4.add(a6, four<T>(row + 24 * sizeof<T>()));
    a7 = f32x4.add(a7, four<T>(row + 28 * sizeof<T>()));
  }
  v128.store(out, divided<T>(a0, count));
  v128.store(out, divided<T>(a1, count), 16);
  v128.store(out, divided<T>(a2, count), 32);
  v128.store(out, divided<T>(a3, count), 48);
  v128.store(out, divided<T>(a4, count), 64);
  v128.store(out, divided<T>(a5, count), 80);
  v128.store(out, divided<T>(a6, count), 96);
  v128.store(out, divided<T>(a7, count), 112);
}

// @ts-ignore: decorator
@inline
function divided<T>(sums: v128, count: f32): v128 {
  if (count == 0) return sums;
  return f32x4.div(scaleOf<T>() == 1 ? sums : f32x4.mul(sums, f32x4.splat(scaleOf<T>())), f32x4.splat(count));
}

/** The columns that do not fill a block of 32. */
// @ts-ignore: decorator
@inline
function addColumn<T>(
  source: usize,
  stride: usize,
  ids: usize,
  last: usize,
  isFirst: bool,
  count: f32,
  out: usize,
): void {
  let sum = isFirst ? <f32> 0 : load<f32>(out);
  for (let at = ids; at < last; at += 4) sum += one<T>(source + <usize> load<u32>(at) * stride);
  store<f32>(out, count == 0 ? sum : sum * scaleOf<T>() / count);
}

/** Sum of the rows ids[first .. last), at least one, divided by `count`. */
function mean<T>(
  table: usize,
  stride: usize,
  columns: usize,
  first: usize,
  last: usize,
  count: f32,
  out: usize,
): void {
  for (let from = first; from < last; from += TILE << 2) {
    const to = min(last, from + (TILE << 2));
    const divisor = to == last ? count : 0;
    let column: usize = 0;
    for (; column + 32 <= columns; column += 32) {
      addBlock<T>(table + column * sizeof<T>(), stride, from, to, from == first, divisor, out + (column << 2));
    }
    for (; column < columns; column++) {
      addColumn<T>(table + column * sizeof<T>(), stride, from, to, from == first, divisor, out + (column << 2));
    }
  }
}

/** Adds eight whole numbers of 16 bits to as many floats. */
// @ts-ignore: decorator
@inline
function spill(sums: v128, isFirst: bool, count: f32, out: usize): void {
  let low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(sums));
  let high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(sums));
  if (!isFirst) {
    low = f32x4.add(low, v128.load(out));
    high = f32x4.add(high, v128.load(out, 16));
  }
  v128.store(out, divided<f32>(low, count));
  v128.store(out, divided<f32>(high, count), 16);
}

// @ts-ignore: decorator
@inline
function addIntegers(
  source: usize,
  stride: usize,
  ids: usize,
  last: usize,
  isFirst: bool,
  count: f32,
  out: usize,
): void {
  let a0 = i16x8.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  for (let at = ids; at < last; at += 4) {
    const row = source + <usize> load<u32>(at) * stride;
    a0 = i16x8.add(a0, v128.load8x8_s(row));
    a1 = i16x8.add(a1, v128.load8x8_s(row, 8));
    a2 = i16x8.add(a2, v128.load8x8_s(row, 16));
    a3 = i16x8.add(a3, v128.load8x8_s(row, 24));
    a4 = i16x8.add(a4, v128.load8x8_s(row, 32));
    a5 = i16x8.add(a5, v128.load8x8_s(row, 40));
    a6 = i16x8.add(a6, v128.load8x8_s(row, 48));
    a7 = i16x8.add(a7, v128.load8x8_s(row, 56));
  }
  spill(a0, isFirst, count, out);
  spill(a1, isFirst, count, out + 32);
  spill(a2, isFirst, count, out + 64);
  spill(a3, isFirst, count, out + 96);
  spill(a4, isFirst, count, out + 128);
  spill(a5, isFirst, count, out + 160);
  spill(a6, isFirst, count, out + 192);
  spill(a7, isFirst, count, out + 224);
}

/** The same of whole numbers. Sums are exact up to 131,072 tokens, so the order of addition does not matter. */
function integerMean(
  table: usize,
  stride: usize,
  columns: usize,
  first: usize,
  last: usize,
  count: f32,
  out: usize,
): void {
  for (let from = first; from < last; from += INTEGER_TILE << 2) {
    const to = min(last, from + (INTEGER_TILE << 2));
    const divisor = to == last ? count : 0;
    let column: usize = 0;
    for (; column + 64 <= columns; column += 64) {
      addIntegers(table + column, stride, from, to, from == first, divisor, out + (column << 2));
    }
    for (; column < columns; column++) {
      addColumn<i8>(table + column, stride, from, to, from == first, divisor, out + (column << 2));
    }
  }
}

/** Mean of rows that have factors (float64 by id): sums in float64, as Model2Vec has them. */
function weightedMean<T>(
  table: usize,
  stride: usize,
  columns: usize,
  mapping: usize,
  weights: usize,
  first: usize,
  last: usize,
  out: usize,
): void {
  const count = <f32> ((last - first) >> 2);
  let column: usize = 0;
  for (; column + 8 <= columns; column += 8) {
    let a0 = f64x2.splat(0), a1 = a0, a2 = a0, a3 = a0;
    for (let at = first; at < last; at += 4) {
      const id = <usize> load<u32>(at);
      const weight = v128.load64_splat(weights + (id << 3));
      const row = table + rowOf(mapping, id) * stride + column * sizeof<T>();
      const low = f32x4.mul(four<T>(row), f32x4.splat(scaleOf<T>()));
      const high = f32x4.mul(four<T>(row + 4 * sizeof<T>()), f32x4.splat(scaleOf<T>()));
      a0 = f64x2.add(a0, f64x2.mul(weight, f64x2.promote_low_f32x4(low)));
      a1 = f64x2.add(a1, f64x2.mul(weight, f64x2.promote_low_f32x4(upperHalf(low))));
      a2 = f64x2.add(a2, f64x2.mul(weight, f64x2.promote_low_f32x4(high)));
      a3 = f64x2.add(a3, f64x2.mul(weight, f64x2.promote_low_f32x4(upperHalf(high))));
    }
    v128.store(out + (column << 2), f32x4.div(narrowed(a0, a1), f32x4.splat(count)));
    v128.store(out + (column << 2), f32x4.div(narrowed(a2, a3), f32x4.splat(count)), 16);
  }
  for (; column < columns; column++) {
    let sum: f64 = 0;
    for (let at = first; at < last; at += 4) {
      const id = <usize> load<u32>(at);
      const value = one<T>(table + rowOf(mapping, id) * stride + column * sizeof<T>()) * scaleOf<T>();
      sum += load<f64>(weights + (id << 3)) * <f64> value;
    }
    store<f32>(out + (column << 2), <f32> sum / count);
  }
}

// @ts-ignore: decorator
@inline
function rowOf(mapping: usize, id: usize): usize {
  return mapping == 0 ? id : <usize> load<u32>(mapping + (id << 2));
}

// @ts-ignore: decorator
@inline
function upperHalf(values: v128): v128 {
  return i8x16.shuffle(values, values, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** Four float64 as float32. */
// @ts-ignore: decorator
@inline
function narrowed(low: v128, high: v128): v128 {
  const a = f32x4.demote_f64x2_zero(low);
  const b = f32x4.demote_f64x2_zero(high);
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

/** Divides a vector by its length. Squares are added in float64: eight sums of every eighth column, the rest last. */
function scaleToLengthOne(row: usize, columns: usize): void {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let column: usize = 0;
  for (; column + 8 <= columns; column += 8) {
    const low = v128.load(row + (column << 2));
    const high = v128.load(row + (column << 2), 16);
    const a = f64x2.promote_low_f32x4(low), b = f64x2.promote_low_f32x4(upperHalf(low));
    const c = f64x2.promote_low_f32x4(high), d = f64x2.promote_low_f32x4(upperHalf(high));
    s0 = f64x2.add(s0, f64x2.mul(a, a));
    s1 = f64x2.add(s1, f64x2.mul(b, b));
    s2 = f64x2.add(s2, f64x2.mul(c, c));
    s3 = f64x2.add(s3, f64x2.mul(d, d));
  }
  const sums = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (let rest = column; rest < columns; rest++) {
    const x = <f64> load<f32>(row + (rest << 2));
    sum += x * x;
  }
  const factor = 1 / max(sqrt(sum), SMALLEST_NORM);
  const factors = f64x2.splat(factor);
  for (column = 0; column + 4 <= columns; column += 4) {
    const values = v128.load(row + (column << 2));
    const low = f64x2.mul(f64x2.promote_low_f32x4(values), factors);
    const high = f64x2.mul(f64x2.promote_low_f32x4(upperHalf(values)), factors);
    v128.store(row + (column << 2), narrowed(low, high));
  }
  for (; column < columns; column++) {
    const at = row + (column << 2);
    store<f32>(at, <f32> (<f64> load<f32>(at) * factor));
  }
}

/** Takes a token out of ids; returns their new end. */
function withoutToken(first: usize, last: usize, dropped: i32): usize {
  let end = first;
  for (let at = first; at < last; at += 4) {
    const id = load<i32>(at);
    if (id == dropped) continue;
    store<i32>(end, id);
    end += 4;
  }
  return end;
}

/**
 * Vectors of texts: out[text] = the mean of the rows of its tokens, at length 1 if `normalize` is not 0; a text without
 * tokens gives zeros.
 *
 * With an image (see word_pieces.ts), text i is the UTF-8 bytes [offsets[i], offsets[i + 1]) of `bytes`, with 16
 * readable bytes after the last, and `ids` is room for as many ids as bytes. Without (0), its tokens are
 * ids[offsets[i] .. offsets[i + 1]), which are used up. `mapping` (0: none) sends ids to rows; `weights` (0: none) are their factors;
 * `dropped` (-1: none) is an id to be left out. `stride` is the number of columns of the table.
 */
export function encodeTexts(
  table: usize,
  kind: i32,
  stride: i32,
  columns: i32,
  normalize: i32,
  mapping: usize,
  weights: usize,
  dropped: i32,
  image: usize,
  bytes: usize,
  offsets: usize,
  ids: usize,
  out: usize,
  begin: i32,
  end: i32,
): void {
  for (let text = begin; text < end; text++) {
    const from = <usize> load<u32>(offsets + (<usize> text << 2));
    const to = <usize> load<u32>(offsets + (<usize> text << 2), 4);
    const first = ids + (from << 2);
    let last = image == 0 ? ids + (to << 2) : tokenize(image, bytes + from, bytes + to, first);
    if (dropped >= 0) last = withoutToken(first, last, dropped);
    const target = out + (<usize> text * <usize> columns << 2);
    if (first == last) {
      memory.fill(target, 0, <usize> columns << 2);
      continue;
    }
    if (weights == 0 && mapping != 0) {
      for (let at = first; at < last; at += 4) store<u32>(at, load<u32>(mapping + (<usize> load<u32>(at) << 2)));
    }
    meanOf(table, kind, <usize> stride, <usize> columns, mapping, weights, first, last, target);
    if (normalize != 0) scaleToLengthOne(target, <usize> columns);
  }
}

function meanOf(
  table: usize,
  kind: i32,
  stride: usize,
  columns: usize,
  mapping: usize,
  weights: usize,
  first: usize,
  last: usize,
  out: usize,
): void {
  if (weights == 0) {
    const count = (last - first) >> 2;
    const block = max(LONG_BLOCK, columns << 1);
    if (count > LONG_TEXT && count > block) longMean(table, kind, stride, columns, first, last, block << 2, out);
    else plainMean(table, kind, stride, columns, first, last, <f32> count, out);
  } else if (kind == FLOAT32) {
    weightedMean<f32>(table, stride << 2, columns, mapping, weights, first, last, out);
  } else if (kind == FLOAT16) {
    weightedMean<u16>(table, stride << 1, columns, mapping, weights, first, last, out);
  } else weightedMean<i8>(table, stride, columns, mapping, weights, first, last, out);
}

function plainMean(
  table: usize,
  kind: i32,
  stride: usize,
  columns: usize,
  first: usize,
  last: usize,
  count: f32,
  out: usize,
): void {
  if (kind == FLOAT32) mean<f32>(table, stride << 2, columns, first, last, count, out);
  else if (kind == FLOAT16) mean<u16>(table, stride << 1, columns, first, last, count, out);
  else integerMean(table, stride, columns, first, last, count, out);
}

/** Mean of a long text's rows; the totals (float64) lie where its first ids were. `block` is in bytes of ids. */
function longMean(
  table: usize,
  kind: i32,
  stride: usize,
  columns: usize,
  first: usize,
  last: usize,
  block: usize,
  out: usize,
): void {
  for (let from = first; from < last; from += block) {
    plainMean(table, kind, stride, columns, from, min(last, from + block), 1, out);
    for (let column: usize = 0; column < columns; column++) {
      const sum = <f64> load<f32>(out + (column << 2));
      const total = first + (column << 3);
      store<f64>(total, from == first ? sum : load<f64>(total) + sum);
    }
  }
  const count = <f64> ((last - first) >> 2);
  for (let column: usize = 0; column < columns; column++) {
    store<f32>(out + (column << 2), <f32> (load<f64>(first + (column << 3)) / count));
  }
}

/** Whether float16 numbers are all finite: `four` takes an infinite one for 65,536. */
export function areFinite(halves: usize, count: usize): bool {
  for (let i: usize = 0; i < count; i++) {
    if ((load<u16>(halves + (i << 1)) & 0x7c00) == 0x7c00) return false;
  }
  return true;
}
