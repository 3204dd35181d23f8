import { grown } from "./_grown.ts";

/** An empty heap. */
export const EMPTY = -1;

/** Marks a node that is in no heap, in place of its first child. */
const FREE = -2;

/**
 * Any number of heaps of rows by position, the first on top, over one store of nodes. A heap is the number of its top
 * node, or {@linkcode EMPTY}.
 *
 * Adding takes constant time, taking the first one away logarithmic time on average over all calls; an ascending series
 * of positions is added and taken away in linear time.
 *
 * Source: Fredman, Sedgewick, Sleator and Tarjan, "The pairing heap" (1986).
 */
export class RowHeaps {
  /** Row of every node. */
  rows: Uint32Array = new Uint32Array(64);
  /** Position of every node. */
  positions: Uint32Array = new Uint32Array(64);
  /** Rows in all heaps. */
  count = 0;
  #child = new Int32Array(64);
  #sibling = new Int32Array(64);
  /** Nodes that were ever in use. */
  #used = 0;
  #free = EMPTY;

  /** Adds a row; gives the heap as it is then. */
  add(heap: number, row: number, position: number): number {
    const node = this.#take();
    this.rows[node] = row;
    this.positions[node] = position;
    this.#child[node] = EMPTY;
    this.#sibling[node] = EMPTY;
    return this.#meld(heap, node);
  }

  /** Takes the first row away; gives the heap as it is then. */
  removeFirst(heap: number): number {
    // Neighbours are joined two by two, then all pairs from the last to the first.
    let pairs = EMPTY;
    for (let node = this.#child[heap]; node !== EMPTY;) {
      const second = this.#sibling[node];
      const rest = second === EMPTY ? EMPTY : this.#sibling[second];
      const pair = this.#meld(node, second);
      this.#sibling[pair] = pairs;
      pairs = pair;
      node = rest;
    }
    let rest = EMPTY;
    while (pairs !== EMPTY) {
      const pair = pairs;
      pairs = this.#sibling[pair];
      rest = this.#meld(rest, pair);
    }
    this.#giveBack(heap);
    return rest;
  }

  /** Takes all but the first `count` rows away; gives the heap as it is then. */
  keepFirst(heap: number, count: number): number {
    const nodes = [heap];
    for (let i = 0; i < nodes.length; i++) {
      for (let node = this.#child[nodes[i]]; node !== EMPTY; node = this.#sibling[node]) nodes.push(node);
    }
    const end = Uint32Array.from(nodes, (node) => this.positions[node]).sort()[count] ?? Infinity;
    let kept = EMPTY;
    for (const node of nodes) {
      if (this.positions[node] >= end) {
        this.#giveBack(node);
      } else {
        this.#child[node] = EMPTY;
        kept = this.#meld(kept, node);
      }
    }
    return kept;
  }

  /** Numbers the rows of all heaps anew, from `first` on; gives the old numbers in the order of the new ones. */
  renumber(first: number): Uint32Array {
    const rows = new Uint32Array(this.count);
    let at = 0;
    for (let node = 0; node < this.#used; node++) {
      if (this.#child[node] === FREE) continue;
      rows[at] = this.rows[node];
      this.rows[node] = first + at++;
    }
    return rows;
  }

  /** Joins two heaps: the one with the later top goes below the other. */
  #meld(a: number, b: number): number {
    if (a === EMPTY) return b;
    if (b === EMPTY) return a;
    const [top, below] = this.positions[a] <= this.positions[b] ? [a, b] : [b, a];
    this.#sibling[below] = this.#child[top];
    this.#child[top] = below;
    return top;
  }

  #giveBack(node: number): void {
    this.#child[node] = FREE;
    this.#sibling[node] = this.#free;
    this.#free = node;
    this.count--;
  }

  /** A node that is in no heap. */
  #take(): number {
    this.count++;
    if (this.#free !== EMPTY) {
      const node = this.#free;
      this.#free = this.#sibling[node];
      return node;
    }
    const node = this.#used++;
    this.rows = grown(this.rows, this.#used);
    this.positions = grown(this.positions, this.#used);
    this.#child = grown(this.#child, this.#used);
    this.#sibling = grown(this.#sibling, this.#used);
    return node;
  }
}
