import { HashMap64, hashText } from "../data/mod.ts";
import type { Anchor } from "./searcher.ts";
import { TextStore } from "./_text_store.ts";

/** Different texts, numbered in the order in which they come. */
class NumberedTexts {
  readonly store: TextStore;
  readonly #numbers = new HashMap64();
  readonly #hash = new Uint32Array(2);

  constructor(path: string) {
    this.store = new TextStore(path);
  }

  /** The number of a text, which is added if it is new. */
  add(text: string): { number: number; isNew: boolean } {
    const known = this.find(text);
    if (known >= 0) return { number: known, isNew: false };
    const number = this.store.size;
    this.#numbers.set(this.#hash[0], this.#hash[1], number);
    this.store.add(text);
    return { number, isNew: true };
  }

  /** The number of a text; -1 if it is not there. */
  find(text: string): number {
    hashText(text, this.#hash, 0);
    return this.#numbers.get(this.#hash[0], this.#hash[1]);
  }
}

/** Anchors, documents, and which documents are whose positives. Texts are the same if their 64-bit hashes are. */
export class PairIndex {
  readonly #anchors: NumberedTexts;
  readonly #documents: NumberedTexts;
  /** The first positive of every anchor, and the others of those that have several. */
  readonly #first: number[] = [];
  readonly #others = new Map<number, number[]>();
  #pairs = 0;

  /** @param scratch start of the paths of files that texts may go to */
  constructor(scratch: string) {
    this.#anchors = new NumberedTexts(`${scratch}.anchors`);
    this.#documents = new NumberedTexts(`${scratch}.documents`);
  }

  /** Different pairs. */
  get pairs(): number {
    return this.#pairs;
  }

  /** Different anchors. */
  get anchors(): number {
    return this.#first.length;
  }

  /** Different documents. */
  get documents(): number {
    return this.#documents.store.size;
  }

  /** Adds a document; returns whether it is new. */
  addDocument(text: string): boolean {
    return this.#documents.add(text).isNew;
  }

  /** Adds a pair; returns whether its positive is a new document. */
  addPair(anchor: string, positive: string): boolean {
    const { number, isNew } = this.#anchors.add(anchor);
    const document = this.#documents.add(positive);
    if (isNew) this.#first[number] = document.number;
    else if (this.#positives(number).includes(document.number)) return false;
    else {
      const others = this.#others.get(number);
      if (others === undefined) this.#others.set(number, [document.number]);
      else others.push(document.number);
    }
    this.#pairs++;
    return document.isNew;
  }

  /** An anchor by its number. */
  anchor(number: number): Anchor {
    const text = this.#anchors.store.get(number);
    const positives = this.#positives(number);
    const itself = this.#documents.find(text);
    const excluded = itself < 0 || positives.includes(itself) ? positives : [...positives, itself];
    return { text, positives, excluded };
  }

  /** Text of a document. */
  document(number: number): string {
    return this.#documents.store.get(number);
  }

  /** Removes the files. */
  close(): void {
    this.#anchors.store.close();
    this.#documents.store.close();
  }

  #positives(anchor: number): number[] {
    return [this.#first[anchor], ...this.#others.get(anchor) ?? []];
  }
}
