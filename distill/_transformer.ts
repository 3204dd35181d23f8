import {
  OnnxRuntimeError,
  type Runtime,
  type Session,
  type Tensor,
  type TensorData,
} from "../runtime/mod.ts";

/** Texts as a transformer takes them: as many arrays of each kind as texts. */
export interface TransformerBatch {
  /** Token ids of every text, special tokens included. */
  ids: readonly ArrayLike<number>[];
  /** `token_type_ids` of every text. */
  types: readonly ArrayLike<number>[];
  /** What fills short texts up. */
  padId: number;
}

/** What a transformer gives for a batch. */
export interface TransformerOutput {
  /** float32 [texts, length, dim], or [texts, dim] if the graph has pooled already. */
  data: Float32Array;
  /** Extents of `data`. */
  shape: readonly number[];
}

/** Options of {@linkcode Transformer.load}. */
export interface TransformerOptions {
  /** What runs the graph. */
  runtime: Runtime;
  /** What the teacher is called in messages. */
  name: string;
  /** Folder of weights that lie outside the ONNX file. */
  weightsFolder: string;
  /** The output to take; undefined takes the first of {@linkcode OUTPUTS} that is there. */
  output?: string;
}

/** Inputs that can be made from token ids. */
const INPUTS = ["input_ids", "attention_mask", "token_type_ids", "position_ids"] as const;
/** Outputs by preference: a vector for each token first, since those are pooled as the folder says. */
export const OUTPUTS: readonly string[] = [
  "last_hidden_state",
  "token_embeddings",
  "sentence_embedding",
  "pooler_output",
];

/** A transformer's ONNX graph, loaded and ready to run. */
export class Transformer {
  /** The output that is taken. */
  readonly output: string;
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #skip: readonly string[];
  /** Integers are int64 in nearly every export; {@linkcode run} finds out where they are int32. */
  #wide = true;

  private constructor(session: Session, output: string, runtime: Runtime) {
    this.#session = session;
    this.#runtime = runtime;
    this.output = output;
    this.#skip = session.outputs.filter((name) => name !== output);
  }

  /**
   * Loads an ONNX file.
   *
   * @throws {TypeError} if it has inputs or outputs that are not known
   * @throws {OnnxRuntimeError} if ONNX Runtime refuses it
   */
  static async load(path: string, options: TransformerOptions): Promise<Transformer> {
    const { runtime, name, weightsFolder } = options;
    const session = runtime.createSession(await Deno.readFile(path), {
      name: `the teacher ${name}`,
      // Between two batches JavaScript pools: idle threads must not take its cores.
      spin: false,
      config: { "session.model_external_initializers_file_folder_path": weightsFolder },
    });
    try {
      checkInputs(session, name);
      return new Transformer(session, chooseOutput(session, options), runtime);
    } catch (error) {
      session.release();
      throw error;
    }
  }

  /** Runs a batch. @throws {OnnxRuntimeError} if the run fails */
  async run(batch: TransformerBatch): Promise<TransformerOutput> {
    try {
      return await this.#run(batch);
    } catch (error) {
      const isNarrow = error instanceof OnnxRuntimeError &&
        /expected: \(tensor\(int32\)\)/.test(error.detail);
      if (!isNarrow || !this.#wide) throw error;
      this.#wide = false;
      return await this.#run(batch);
    }
  }

  /** Gives the graph back to the runtime. */
  dispose(): void {
    this.#session.release();
  }

  async #run(batch: TransformerBatch): Promise<TransformerOutput> {
    const inputs = this.#inputsOf(batch);
    let result: Record<string, Tensor> = {};
    try {
      result = await this.#session.run(inputs, { skip: this.#skip });
      const tensor = result[this.output];
      return { data: asFloat32(tensor), shape: tensor.shape };
    } finally {
      for (const tensor of [...Object.values(inputs), ...Object.values(result)]) tensor.release();
    }
  }

  #inputsOf({ ids, types, padId }: TransformerBatch): Record<string, Tensor> {
    const length = Math.max(...ids.map((text) => text.length));
    const tensorOf = (padding: number, value: (text: number, token: number) => number): Tensor => {
      const count = ids.length * length;
      // The low half of a little-endian int64 is an int32; all numbers here are 0 or more.
      const stride = this.#wide ? 2 : 1;
      const cells = new Int32Array(stride * count);
      for (let text = 0; text < ids.length; text++) {
        for (let token = 0; token < length; token++) {
          const isText = token < ids[text].length;
          cells[stride * (text * length + token)] = isText ? value(text, token) : padding;
        }
      }
      const data = this.#wide ? new BigInt64Array(cells.buffer) : cells;
      return this.#runtime.tensor(data, [ids.length, length]);
    };
    const makers: Record<string, () => Tensor> = {
      input_ids: () => tensorOf(padId, (text, token) => ids[text][token]),
      attention_mask: () => tensorOf(0, () => 1),
      token_type_ids: () => tensorOf(0, (text, token) => types[text][token]),
      position_ids: () => tensorOf(0, (_, token) => token),
    };
    return Object.fromEntries(this.#session.inputs.map((name) => [name, makers[name]()]));
  }
}

function checkInputs({ inputs }: Session, name: string): void {
  const stranger = inputs.find((input) => !(INPUTS as readonly string[]).includes(input));
  const fault = stranger !== undefined
    ? `its graph wants the input ${stranger}, and Lathe gives ${INPUTS.join(", ")}`
    : inputs.includes("input_ids")
    ? undefined
    : `its graph has no input input_ids, only ${inputs.join(", ") || "none at all"}`;
  if (fault === undefined) return;
  throw new TypeError(`Cannot load the teacher ${name}: ${fault}; export it for feature extraction`);
}

function chooseOutput({ outputs }: Session, { name, output }: TransformerOptions): string {
  const refuse = (reason: string): never => {
    throw new TypeError(`Cannot load the teacher ${name}: ${reason}; export it for feature extraction`);
  };
  if (output !== undefined) {
    return outputs.includes(output)
      ? output
      : refuse(`its graph has no output ${output}, only ${outputs.join(", ")}`);
  }
  return OUTPUTS.find((known) => outputs.includes(known)) ??
    refuse(`its graph has none of the outputs ${OUTPUTS.join(", ")}, only ${outputs.join(", ")}`);
}

/** Teachers in half precision give float16, whose bits the runtime hands out as they are. */
function asFloat32(tensor: Tensor): Float32Array {
  const data: TensorData = tensor.toArray();
  if (data instanceof Float32Array) return data;
  if (tensor.type === "float16") return new Float32Array(new Float16Array(data.buffer));
  if (data instanceof Float64Array) return new Float32Array(data);
  throw new TypeError(
    `Cannot read the teacher's vectors: they are ${tensor.type}; export it in float32 or float16`,
  );
}
