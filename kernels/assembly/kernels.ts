/**
 * Fused loops over one shared memory, in AssemblyScript, compiled to WebAssembly SIMD by `deno task kernels`.
 *
 * Every function works on a range [begin, end) of independent items, so that threads share the work without locks;
 * an item's result does not depend on how the range was cut. Pointers are byte offsets; counts are in elements.
 */

/**
 * Adds up `count` rows of 32 floats, chosen by ids, in the order of the ids, and multiplies the sums by `scale`; they
 * begin at zero if the rows are the first ones, else at `out`.
 */
// @ts-ignore: decorator
@inline
function sumBlock32(
  source: usize,
  stride: usize,
  ids: usize,
  count: i32,
  isFirst: bool,
  scale: v128,
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
  const last = ids + (<usize> count << 2);
  for (let at = ids; at < last; at += 4) {
    const row = source + <usize> load<u32>(at) * stride;
    a0 = f32x4.add(a0, v128.load(row));
    a1 = f32x4.add(a1, v128.load(row, 16));
    a2 = f32x4.add(a2, v128.load(row, 32));
    a3 = f32x4.add(a3, v128.load(row, 48));
    a4 = f32x4.add(a4, v128.load(row, 64));
    a5 = f32x4.add(a5, v128.load(row, 80));
    a6 = f32x4.add(a6, v128.load(row, 96));
    a7 = f32x4.add(a7, v128.load(row, 112));
  }
  v128.store(out, f32x4.mul(a0, scale));
  v128.store(out, f32x4.mul(a1, scale), 16);
  v128.store(out, f32x4.mul(a2, scale), 32);
  v128.store(out, f32x4.mul(a3, scale), 48);
  v128.store(out, f32x4.mul(a4, scale), 64);
  v128.store(out, f32x4.mul(a5, scale), 80);
  v128.store(out, f32x4.mul(a6, scale), 96);
  v128.store(out, f32x4.mul(a7, scale), 112);
}

// @ts-ignore: decorator
@inline
function sumBlock4(
  source: usize,
  stride: usize,
  ids: usize,
  count: i32,
  isFirst: bool,
  scale: v128,
  out: usize,
): void {
  let sum = isFirst ? f32x4.splat(0) : v128.load(out);
  const last = ids + (<usize> count << 2);
  for (let at = ids; at < last; at += 4) {
    sum = f32x4.add(sum, v128.load(source + <usize> load<u32>(at) * stride));
  }
  v128.store(out, f32x4.mul(sum, scale));
}

// @ts-ignore: decorator
@inline
function sumBlock1(
  source: usize,
  stride: usize,
  ids: usize,
  count: i32,
  isFirst: bool,
  scale: f32,
  out: usize,
): void {
  let sum = isFirst ? <f32> 0 : load<f32>(out);
  const last = ids + (<usize> count << 2);
  for (let at = ids; at < last; at += 4) sum += load<f32>(source + <usize> load<u32>(at) * stride);
  store<f32>(out, sum * scale);
}

/** Rows that are read together, so that they are read whole and prefetched; see encode.ts. */
const TILE = 12;

function sumRow(source: usize, stride: usize, columns: i32, ids: usize, count: i32, scale: f32, out: usize): void {
  let from = 0;
  do {
    const rows = min(TILE, count - from);
    const first = ids + (<usize> from << 2);
    // Multiplying by 1 changes nothing: only the last sums are scaled.
    const factor: f32 = from + rows == count ? scale : 1;
    const factors = f32x4.splat(factor);
    let column = 0;
    for (; column + 32 <= columns; column += 32) {
      const shift = <usize> column << 2;
      sumBlock32(source + shift, stride, first, rows, from == 0, factors, out + shift);
    }
    for (; column + 4 <= columns; column += 4) {
      const shift = <usize> column << 2;
      sumBlock4(source + shift, stride, first, rows, from == 0, factors, out + shift);
    }
    for (; column < columns; column++) {
      const shift = <usize> column << 2;
      sumBlock1(source + shift, stride, first, rows, from == 0, factor, out + shift);
    }
    from += rows;
  } while (from < count);
}

/** out[bag] = mean of the rows source[ids[offsets[bag] .. offsets[bag + 1])]; an empty bag gives zeros. */
export function poolMeans(
  source: usize,
  stride: i32,
  columns: i32,
  ids: usize,
  offsets: usize,
  out: usize,
  begin: i32,
  end: i32,
): void {
  for (let bag = begin; bag < end; bag++) {
    const first = load<i32>(offsets + (<usize> bag << 2));
    const count = load<i32>(offsets + (<usize> bag << 2), 4) - first;
    const scale: f32 = count > 0 ? <f32> 1 / <f32> count : 0;
    const target = out + <usize> bag * (<usize> columns << 2);
    sumRow(source, <usize> stride << 2, columns, ids + (<usize> first << 2), count, scale, target);
  }
}

/**
 * out[places[bag]] = sum of the rows source[ids[...]]; squares[place] (float64) = squared length of that sum. A place
 * below `known` holds a sum already, to which this one is added.
 */
export function poolSums(
  source: usize,
  columns: i32,
  ids: usize,
  offsets: usize,
  places: usize,
  known: i32,
  out: usize,
  squares: usize,
  begin: i32,
  end: i32,
): void {
  const stride = <usize> columns << 2;
  for (let bag = begin; bag < end; bag++) {
    const first = load<i32>(offsets + (<usize> bag << 2));
    const count = load<i32>(offsets + (<usize> bag << 2), 4) - first;
    const place = load<i32>(places + (<usize> bag << 2));
    const target = out + <usize> place * stride;
    if (place < known) addRow(source, stride, columns, ids + (<usize> first << 2), count, target);
    else sumRow(source, stride, columns, ids + (<usize> first << 2), count, 1, target);
    store<f64>(squares + (<usize> place << 3), squaredLength(target, columns));
  }
}

/** Adds rows to a row, one after the other. */
function addRow(source: usize, stride: usize, columns: i32, ids: usize, count: i32, target: usize): void {
  const last = ids + (<usize> count << 2);
  for (let at = ids; at < last; at += 4) {
    const row = source + <usize> load<u32>(at) * stride;
    for (let column = 0; column < columns; column++) {
      const shift = <usize> column << 2;
      store<f32>(target + shift, load<f32>(target + shift) + load<f32>(row + shift));
    }
  }
}

// @ts-ignore: decorator
@inline
function squaredLength(row: usize, columns: i32): f64 {
  let sums = f32x4.splat(0);
  let total: f64 = 0;
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const x = v128.load(row + (<usize> column << 2));
    sums = f32x4.add(sums, f32x4.mul(x, x));
  }
  total = <f64> f32x4.extract_lane(sums, 0) + <f64> f32x4.extract_lane(sums, 1) +
    <f64> f32x4.extract_lane(sums, 2) + <f64> f32x4.extract_lane(sums, 3);
  for (; column < columns; column++) {
    const x = <f64> load<f32>(row + (<usize> column << 2));
    total += x * x;
  }
  return total;
}

/** Multiplies row r of `rows` by factors[r]. */
export function scaleRows(rows: usize, columns: i32, factors: usize, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const factor = load<f32>(factors + (<usize> row << 2));
    const factorLanes = f32x4.splat(factor);
    const start = rows + <usize> row * (<usize> columns << 2);
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const at = start + (<usize> column << 2);
      v128.store(at, f32x4.mul(v128.load(at), factorLanes));
    }
    for (; column < columns; column++) {
      const at = start + (<usize> column << 2);
      store<f32>(at, load<f32>(at) * factor);
    }
  }
}

/**
 * Which row of the table item i of an optimizer's range is: rows[i], or i itself where `rows` is 0.
 */
// @ts-ignore: decorator
@inline
function rowOf(rows: usize, item: i32): i32 {
  return rows == 0 ? item : load<i32>(rows + (<usize> item << 2));
}

/** Factor of a row's learning rate: scales[row], or 1 where `scales` is 0. */
// @ts-ignore: decorator
@inline
function scaleOf(scales: usize, row: i32): f32 {
  return scales == 0 ? 1 : load<f32>(scales + (<usize> row << 2));
}

/** The exponent of a float32. */
const EXPONENT: i32 = 0x7f800000;

/**
 * Zero in place of numbers below 2^-126, by their bits, so that a NaN stays one. The first moments of a row without
 * gradient become such subnormal numbers within 800 steps or so and would stay there: 0.9 times the four smallest is
 * rounded to themselves. Intel's processors take 160 cycles for an operation with one. PyTorch keeps them, unless
 * told by torch.set_flush_denormal.
 */
// @ts-ignore: decorator
@inline
function withoutSubnormals(x: v128): v128 {
  return v128.andnot(x, i32x4.eq(v128.and(x, i32x4.splat(EXPONENT)), i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function withoutSubnormal(x: f32): f32 {
  return (reinterpret<i32>(x) & EXPONENT) == 0 ? 0 : x;
}

/**
 * One AdamW step (Loshchilov and Hutter 2019, algorithm 2, as PyTorch orders it) on the given rows, or on all of them.
 *
 * `slots[row]` is the place of the row's gradient in `gradients`, or -1 for a row without one: its moments decay and
 * it still moves. `hyper` points to nine floats: gradient factor (clipping), beta1, 1 - beta1, beta2, 1 - beta2,
 * step size lr / (1 - beta1^t), 1 / sqrt(1 - beta2^t), epsilon, and decay 1 - lr * weightDecay.
 */
export function adamw(
  table: usize,
  first: usize,
  second: usize,
  rows: usize,
  slots: usize,
  gradients: usize,
  hyper: usize,
  scales: usize,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  const factor = v128.load32_splat(hyper);
  const beta1 = v128.load32_splat(hyper, 4);
  const rest1 = v128.load32_splat(hyper, 8);
  const beta2 = v128.load32_splat(hyper, 12);
  const rest2 = v128.load32_splat(hyper, 16);
  const correction = v128.load32_splat(hyper, 24);
  const epsilon = v128.load32_splat(hyper, 28);
  const decay = v128.load32_splat(hyper, 32);
  const stride = <usize> columns << 2;
  const whole = stride & ~15;
  for (let item = begin; item < end; item++) {
    const row = rowOf(rows, item);
    const slot = load<i32>(slots + (<usize> row << 2));
    const stepSize = load<f32>(hyper, 20) * scaleOf(scales, row);
    const size = f32x4.splat(stepSize);
    const start = <usize> row * stride;
    const gradient = gradients + <usize> max(slot, 0) * stride;
    for (let shift: usize = 0; shift < whole; shift += 16) {
      const at = start + shift;
      let m = f32x4.mul(v128.load(first + at), beta1);
      let v = f32x4.mul(v128.load(second + at), beta2);
      if (slot >= 0) {
        const g = f32x4.mul(v128.load(gradient + shift), factor);
        m = f32x4.add(m, f32x4.mul(g, rest1));
        v = f32x4.add(v, f32x4.mul(f32x4.mul(g, g), rest2));
      }
      m = withoutSubnormals(m);
      v = withoutSubnormals(v);
      v128.store(first + at, m);
      v128.store(second + at, v);
      const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v), correction), epsilon);
      const p = f32x4.mul(v128.load(table + at), decay);
      v128.store(table + at, f32x4.sub(p, f32x4.mul(size, f32x4.div(m, denominator))));
    }
    for (let shift = whole; shift < stride; shift += 4) {
      const at = start + shift;
      let m = load<f32>(first + at) * load<f32>(hyper, 4);
      let v = load<f32>(second + at) * load<f32>(hyper, 12);
      if (slot >= 0) {
        const g = load<f32>(gradient + shift) * load<f32>(hyper);
        m += g * load<f32>(hyper, 8);
        v += g * g * load<f32>(hyper, 16);
      }
      m = withoutSubnormal(m);
      v = withoutSubnormal(v);
      store<f32>(first + at, m);
      store<f32>(second + at, v);
      const denominator = sqrt<f32>(v) * load<f32>(hyper, 24) + load<f32>(hyper, 28);
      store<f32>(table + at, load<f32>(table + at) * load<f32>(hyper, 32) - stepSize * (m / denominator));
    }
  }
}

/**
 * Makes up, on the given rows or on all, for the AdamW steps in which a row had no gradient.
 *
 * `lastSteps[row]` (float32) is the step up to which the row is up to date; `coefficients` holds seven floats for each
 * such step: factor of the table, a sum C and a factor s of sqrt(v) for the earlier and for the later missed steps, and
 * the decays of first and second moment: p = decay p - C1 m / (s1 sqrt(v) + epsilon) - C2 m / (s2 sqrt(v) + epsilon).
 * `hyper`: the step to catch up to, which becomes the row's, and epsilon. Rows that are up to date are left alone.
 */
export function catchUp(
  table: usize,
  first: usize,
  second: usize,
  rows: usize,
  lastSteps: usize,
  coefficients: usize,
  scales: usize,
  hyper: usize,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  const now = load<f32>(hyper);
  const epsilon = load<f32>(hyper, 4);
  const stride = <usize> columns << 2;
  const whole = stride & ~15;
  for (let item = begin; item < end; item++) {
    const row = rowOf(rows, item);
    const last = load<f32>(lastSteps + (<usize> row << 2));
    if (last == now) continue;
    store<f32>(lastSteps + (<usize> row << 2), now);
    const entry = coefficients + <usize> last * 28;
    const decay = load<f32>(entry);
    const scale = scaleOf(scales, row);
    const sum1 = load<f32>(entry, 4) * scale;
    const root1 = load<f32>(entry, 8);
    const sum2 = load<f32>(entry, 12) * scale;
    const root2 = load<f32>(entry, 16);
    const decay1 = load<f32>(entry, 20);
    const decay2 = load<f32>(entry, 24);
    const start = <usize> row * stride;
    for (let shift: usize = 0; shift < whole; shift += 16) {
      const at = start + shift;
      const m = v128.load(first + at);
      const v = v128.load(second + at);
      const root = f32x4.sqrt(v);
      const below1 = f32x4.add(f32x4.mul(root, f32x4.splat(root1)), f32x4.splat(epsilon));
      const below2 = f32x4.add(f32x4.mul(root, f32x4.splat(root2)), f32x4.splat(epsilon));
      const factor = f32x4.add(f32x4.div(f32x4.splat(sum1), below1), f32x4.div(f32x4.splat(sum2), below2));
      const p = f32x4.mul(v128.load(table + at), f32x4.splat(decay));
      v128.store(table + at, f32x4.sub(p, f32x4.mul(m, factor)));
      v128.store(first + at, f32x4.mul(m, f32x4.splat(decay1)));
      v128.store(second + at, f32x4.mul(v, f32x4.splat(decay2)));
    }
    for (let shift = whole; shift < stride; shift += 4) {
      const at = start + shift;
      const m = load<f32>(first + at);
      const v = load<f32>(second + at);
      const root = sqrt<f32>(v);
      const factor = sum1 / (root * root1 + epsilon) + sum2 / (root * root2 + epsilon);
      store<f32>(table + at, load<f32>(table + at) * decay - m * factor);
      store<f32>(first + at, m * decay1);
      store<f32>(second + at, v * decay2);
    }
  }
}

/**
 * One step of gradient descent with momentum on all rows, as PyTorch's SGD: b = momentum b + g + weightDecay p,
 * p = p - lr b. `hyper`: gradient factor, momentum, weight decay, learning rate.
 */
export function sgd(
  table: usize,
  buffer: usize,
  slots: usize,
  gradients: usize,
  hyper: usize,
  scales: usize,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  const factor = load<f32>(hyper);
  const momentum = load<f32>(hyper, 4);
  const weightDecay = load<f32>(hyper, 8);
  const stride = <usize> columns << 2;
  const whole = stride & ~15;
  for (let row = begin; row < end; row++) {
    const slot = load<i32>(slots + (<usize> row << 2));
    const rate = load<f32>(hyper, 12) * scaleOf(scales, row);
    const start = <usize> row * stride;
    const gradient = gradients + <usize> max(slot, 0) * stride;
    for (let shift: usize = 0; shift < whole; shift += 16) {
      const at = start + shift;
      const p = v128.load(table + at);
      let b = f32x4.mul(v128.load(buffer + at), f32x4.splat(momentum));
      if (slot >= 0) b = f32x4.add(b, f32x4.mul(v128.load(gradient + shift), f32x4.splat(factor)));
      b = withoutSubnormals(f32x4.add(b, f32x4.mul(p, f32x4.splat(weightDecay))));
      v128.store(buffer + at, b);
      v128.store(table + at, f32x4.sub(p, f32x4.mul(b, f32x4.splat(rate))));
    }
    for (let shift = whole; shift < stride; shift += 4) {
      const at = start + shift;
      const p = load<f32>(table + at);
      let b = load<f32>(buffer + at) * momentum;
      if (slot >= 0) b += load<f32>(gradient + shift) * factor;
      b = withoutSubnormal(b + p * weightDecay);
      store<f32>(buffer + at, b);
      store<f32>(table + at, p - b * rate);
    }
  }
}

/**
 * One step of row-wise Adagrad on the given rows: one accumulator a row, a = a + mean(g^2), p = p - lr g / (sqrt(a) +
 * epsilon). `hyper`: gradient factor, learning rate, epsilon. Item i's gradient is gradients[i].
 */
export function rowwiseAdagrad(
  table: usize,
  accumulators: usize,
  rows: usize,
  gradients: usize,
  squares: usize,
  hyper: usize,
  scales: usize,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  const factor = load<f32>(hyper);
  const stride = <usize> columns << 2;
  for (let item = begin; item < end; item++) {
    const row = rowOf(rows, item);
    const at = accumulators + (<usize> row << 2);
    const mean = load<f64>(squares + (<usize> item << 3)) * <f64> factor * <f64> factor / <f64> columns;
    const accumulated = load<f32>(at) + <f32> mean;
    store<f32>(at, accumulated);
    const rate = load<f32>(hyper, 4) * scaleOf(scales, row) * factor / (sqrt<f32>(accumulated) + load<f32>(hyper, 8));
    const start = table + <usize> row * stride;
    const gradient = gradients + <usize> item * stride;
    for (let column = 0; column < columns; column++) {
      const shift = <usize> column << 2;
      store<f32>(start + shift, load<f32>(start + shift) - rate * load<f32>(gradient + shift));
    }
  }
}

/** Lane j of the result is the sum of the four lanes of the j-th vector. */
// @ts-ignore: decorator
@inline
function laneSums(v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  const low = f32x4.add(v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), v128.shuffle<f32>(v0, v1, 2, 6, 3, 7));
  const high = f32x4.add(v128.shuffle<f32>(v2, v3, 0, 4, 1, 5), v128.shuffle<f32>(v2, v3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(low, high, 0, 1, 4, 5), v128.shuffle<f32>(low, high, 2, 3, 6, 7));
}

/** Stores the first `count` (1 to 4) of four float64 numbers. */
// @ts-ignore: decorator
@inline
function storeSome(out: usize, low: v128, high: v128, count: i32): void {
  if (count == 4) {
    v128.store(out, low);
    v128.store(out, high, 16);
    return;
  }
  store<f64>(out, f64x2.extract_lane(low, 0));
  if (count > 1) store<f64>(out, f64x2.extract_lane(low, 1), 8);
  if (count > 2) store<f64>(out, f64x2.extract_lane(high, 0), 16);
}

// @ts-ignore: decorator
@inline
function highHalf(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}

/**
 * Products of two rows of `a` with four rows of `b` over the first sizes[s] columns, for every s. Sums over 32 columns
 * are float32, sums of those float64; a size's last columns, where it is no multiple of 32, are summed on their own,
 * so that the result for a size does not depend on the other sizes.
 */
// @ts-ignore: decorator
@inline
function productTile(
  a0: usize,
  a1: usize,
  b0: usize,
  b1: usize,
  b2: usize,
  b3: usize,
  sizes: usize,
  count: i32,
  out0: usize,
  out1: usize,
  stride: usize,
  valid: i32,
): void {
  const zero = f32x4.splat(0);
  let p0 = f64x2.splat(0), p1 = p0, q0 = p0, q1 = p0;
  let column: usize = 0;
  for (let s = 0; s < count; s++) {
    const size = <usize> load<i32>(sizes + (<usize> s << 2)) << 2;
    const whole = size & ~127;
    while (column < whole) {
      let x0 = zero, x1 = zero, x2 = zero, x3 = zero, y0 = zero, y1 = zero, y2 = zero, y3 = zero;
      for (const last = column + 128; column < last; column += 16) {
        const u = v128.load(a0 + column), v = v128.load(a1 + column);
        let w = v128.load(b0 + column);
        x0 = f32x4.add(x0, f32x4.mul(u, w)), y0 = f32x4.add(y0, f32x4.mul(v, w));
        w = v128.load(b1 + column);
        x1 = f32x4.add(x1, f32x4.mul(u, w)), y1 = f32x4.add(y1, f32x4.mul(v, w));
        w = v128.load(b2 + column);
        x2 = f32x4.add(x2, f32x4.mul(u, w)), y2 = f32x4.add(y2, f32x4.mul(v, w));
        w = v128.load(b3 + column);
        x3 = f32x4.add(x3, f32x4.mul(u, w)), y3 = f32x4.add(y3, f32x4.mul(v, w));
      }
      const x = laneSums(x0, x1, x2, x3), y = laneSums(y0, y1, y2, y3);
      p0 = f64x2.add(p0, f64x2.promote_low_f32x4(x)), p1 = f64x2.add(p1, highHalf(x));
      q0 = f64x2.add(q0, f64x2.promote_low_f32x4(y)), q1 = f64x2.add(q1, highHalf(y));
    }
    let e0 = p0, e1 = p1, f0 = q0, f1 = q1;
    if (size > whole) {
      let x0 = zero, x1 = zero, x2 = zero, x3 = zero, y0 = zero, y1 = zero, y2 = zero, y3 = zero;
      let shift = whole;
      for (; shift + 16 <= size; shift += 16) {
        const u = v128.load(a0 + shift), v = v128.load(a1 + shift);
        const w0 = v128.load(b0 + shift), w1 = v128.load(b1 + shift);
        const w2 = v128.load(b2 + shift), w3 = v128.load(b3 + shift);
        x0 = f32x4.add(x0, f32x4.mul(u, w0)), y0 = f32x4.add(y0, f32x4.mul(v, w0));
        x1 = f32x4.add(x1, f32x4.mul(u, w1)), y1 = f32x4.add(y1, f32x4.mul(v, w1));
        x2 = f32x4.add(x2, f32x4.mul(u, w2)), y2 = f32x4.add(y2, f32x4.mul(v, w2));
        x3 = f32x4.add(x3, f32x4.mul(u, w3)), y3 = f32x4.add(y3, f32x4.mul(v, w3));
      }
      for (; shift < size; shift += 4) {
        const u = v128.load32_zero(a0 + shift), v = v128.load32_zero(a1 + shift);
        const w0 = v128.load32_zero(b0 + shift), w1 = v128.load32_zero(b1 + shift);
        const w2 = v128.load32_zero(b2 + shift), w3 = v128.load32_zero(b3 + shift);
        x0 = f32x4.add(x0, f32x4.mul(u, w0)), y0 = f32x4.add(y0, f32x4.mul(v, w0));
        x1 = f32x4.add(x1, f32x4.mul(u, w1)), y1 = f32x4.add(y1, f32x4.mul(v, w1));
        x2 = f32x4.add(x2, f32x4.mul(u, w2)), y2 = f32x4.add(y2, f32x4.mul(v, w2));
        x3 = f32x4.add(x3, f32x4.mul(u, w3)), y3 = f32x4.add(y3, f32x4.mul(v, w3));
      }
      const x = laneSums(x0, x1, x2, x3), y = laneSums(y0, y1, y2, y3);
      e0 = f64x2.add(e0, f64x2.promote_low_f32x4(x)), e1 = f64x2.add(e1, highHalf(x));
      f0 = f64x2.add(f0, f64x2.promote_low_f32x4(y)), f1 = f64x2.add(f1, highHalf(y));
    }
    const at = <usize> s * stride;
    storeSome(out0 + at, e0, e1, valid);
    storeSome(out1 + at, f0, f1, valid);
  }
}

/**
 * out (float64 [count, aRows, bRows]) = products of the rows of `a` and `b` (float32 [rows, columns]) over the first
 * sizes[s] columns; sizes ascend. An item is a group of 16 rows of `b`: with two rows of `a` they lie in the caches.
 */
export function prefixProducts(
  a: usize,
  aRows: i32,
  b: usize,
  bRows: i32,
  columns: i32,
  sizes: usize,
  count: i32,
  out: usize,
  begin: i32,
  end: i32,
): void {
  const width = <usize> columns << 2;
  const stride = (<usize> aRows * <usize> bRows) << 3;
  for (let group = begin; group < end; group++) {
    const last = min(bRows, (group + 1) << 4);
    for (let i = 0; i < aRows; i += 2) {
      const other = min(i + 1, aRows - 1);
      for (let j = group << 4; j < last; j += 4) {
        const valid = min(4, last - j);
        const b0 = b + <usize> j * width;
        productTile(
          a + <usize> i * width,
          a + <usize> other * width,
          b0,
          b0 + (valid > 1 ? width : 0),
          b0 + (valid > 2 ? width << 1 : 0),
          b0 + (valid > 3 ? 3 * width : 0),
          sizes,
          count,
          out + ((<usize> i * <usize> bRows + <usize> j) << 3),
          out + ((<usize> other * <usize> bRows + <usize> j) << 3),
          stride,
          valid,
        );
      }
    }
  }
}
