/**
 * Fused loops over one shared memory, in AssemblyScript, compiled to WebAssembly SIMD by `deno task kernels`.
 *
 * Every function works on a range [begin, end) of independent items, so that threads share the work without locks;
 * an item's result does not depend on how the range was cut. Pointers are byte offsets; counts are in elements.
 */

/** Adds up `count` rows of `columns` floats, chosen by ids, in the order of the ids; 16 accumulators at a time. */
// @ts-ignore: decorator
@inline
function sumBlock64(source: usize, stride: usize, ids: usize, count: i32, scale: v128, out: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  let a8 = a0, a9 = a0, aa = a0, ab = a0, ac = a0, ad = a0, ae = a0, af = a0;
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
    a8 = f32x4.add(a8, v128.load(row, 128));
    a9 = f32x4.add(a9, v128.load(row, 144));
    aa = f32x4.add(aa, v128.load(row, 160));
    ab = f32x4.add(ab, v128.load(row, 176));
    ac = f32x4.add(ac, v128.load(row, 192));
    ad = f32x4.add(ad, v128.load(row, 208));
    ae = f32x4.add(ae, v128.load(row, 224));
    af = f32x4.add(af, v128.load(row, 240));
  }
  v128.store(out, f32x4.mul(a0, scale));
  v128.store(out, f32x4.mul(a1, scale), 16);
  v128.store(out, f32x4.mul(a2, scale), 32);
  v128.store(out, f32x4.mul(a3, scale), 48);
  v128.store(out, f32x4.mul(a4, scale), 64);
  v128.store(out, f32x4.mul(a5, scale), 80);
  v128.store(out, f32x4.mul(a6, scale), 96);
  v128.store(out, f32x4.mul(a7, scale), 112);
  v128.store(out, f32x4.mul(a8, scale), 128);
  v128.store(out, f32x4.mul(a9, scale), 144);
  v128.store(out, f32x4.mul(aa, scale), 160);
  v128.store(out, f32x4.mul(ab, scale), 176);
  v128.store(out, f32x4.mul(ac, scale), 192);
  v128.store(out, f32x4.mul(ad, scale), 208);
  v128.store(out, f32x4.mul(ae, scale), 224);
  v128.store(out, f32x4.mul(af, scale), 240);
}

// @ts-ignore: decorator
@inline
function sumBlock4(source: usize, stride: usize, ids: usize, count: i32, scale: v128, out: usize): void {
  let sum = f32x4.splat(0);
  const last = ids + (<usize> count << 2);
  for (let at = ids; at < last; at += 4) {
    sum = f32x4.add(sum, v128.load(source + <usize> load<u32>(at) * stride));
  }
  v128.store(out, f32x4.mul(sum, scale));
}

// @ts-ignore: decorator
@inline
function sumBlock1(source: usize, stride: usize, ids: usize, count: i32, scale: f32, out: usize): void {
  let sum: f32 = 0;
  const last = ids + (<usize> count << 2);
  for (let at = ids; at < last; at += 4) sum += load<f32>(source + <usize> load<u32>(at) * stride);
  store<f32>(out, sum * scale);
}

// @ts-ignore: decorator
@inline
function sumRow(source: usize, stride: usize, columns: i32, ids: usize, count: i32, scale: f32, out: usize): void {
  const scales = f32x4.splat(scale);
  let column = 0;
  for (; column + 64 <= columns; column += 64) {
    const shift = <usize> column << 2;
    sumBlock64(source + shift, stride, ids, count, scales, out + shift);
  }
  for (; column + 4 <= columns; column += 4) {
    const shift = <usize> column << 2;
    sumBlock4(source + shift, stride, ids, count, scales, out + shift);
  }
  for (; column < columns; column++) {
    const shift = <usize> column << 2;
    sumBlock1(source + shift, stride, ids, count, scale, out + shift);
  }
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
      b = f32x4.add(b, f32x4.mul(p, f32x4.splat(weightDecay)));
      v128.store(buffer + at, b);
      v128.store(table + at, f32x4.sub(p, f32x4.mul(b, f32x4.splat(rate))));
    }
    for (let shift = whole; shift < stride; shift += 4) {
      const at = start + shift;
      const p = load<f32>(table + at);
      let b = load<f32>(buffer + at) * momentum;
      if (slot >= 0) b += load<f32>(gradient + shift) * factor;
      b += p * weightDecay;
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
