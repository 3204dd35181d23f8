import type { TextModel } from "./text_model.ts";

/** A model for as long as a request needs it. */
export interface Lease extends Disposable {
  /** The model. */
  readonly model: TextModel;
}

interface Shelved {
  model: TextModel;
  leases: number;
}

/**
 * The model that is served. It can be exchanged while requests run: each goes on with the model that it began with,
 * and a model is freed when its last request has ended.
 */
export class ServedModel {
  #current: Shelved;
  #isClosed = false;

  /**
   * Begins to serve a model.
   *
   * @param model freed by this object
   */
  constructor(model: TextModel) {
    this.#current = { model, leases: 0 };
  }

  /** Borrows the model of this moment. */
  lease(): Lease {
    const borrowed = this.#current;
    borrowed.leases++;
    let isOver = false;
    return {
      model: borrowed.model,
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        borrowed.leases--;
        this.#freeIfIdle(borrowed);
      },
    };
  }

  /** Serves another model from now on. */
  replace(model: TextModel): void {
    const former = this.#current;
    this.#current = { model, leases: 0 };
    this.#freeIfIdle(former);
  }

  /** Frees the model as soon as no request needs it. */
  close(): void {
    this.#isClosed = true;
    this.#freeIfIdle(this.#current);
  }

  #freeIfIdle(shelved: Shelved): void {
    const isWanted = shelved === this.#current && !this.#isClosed;
    if (shelved.leases === 0 && !isWanted) shelved.model.dispose();
  }
}
