import type { Runtime } from "../runtime/mod.ts";
import type { TeacherPlaces } from "./_teacher_source.ts";
import type { Pooling } from "./pooling.ts";

/** Options of {@linkcode Teacher.load}. */
export interface TeacherOptions extends TeacherPlaces {
  /**
   * What runs the graph; it stays open.
   *
   * @default a runtime on the CPU, closed with the teacher
   */
  runtime?: Runtime;
  /**
   * Path of the ONNX file in the teacher's folder, such as `onnx/model_fp16.onnx`.
   *
   * @default "onnx/model.onnx", else "model.onnx"
   */
  onnxFile?: string;
  /**
   * Output of the graph to take, such as `pooler_output`.
   *
   * @default last_hidden_state, token_embeddings, sentence_embedding or pooler_output, the first that is there
   */
  output?: string;
  /**
   * Most tokens of a text, special ones included; what follows is cut off.
   *
   * @default the teacher's own limit
   */
  maxLength?: number;
  /**
   * Most tokens that are run at once, padding included.
   *
   * @default 4096
   */
  batchTokens?: number;
}

/** Options of {@linkcode Teacher.embed}. */
export interface EmbedOptions {
  /**
   * How tokens become one vector.
   *
   * @default as the teacher's folder says
   */
  pooling?: Pooling;
  /**
   * Whether special tokens count where tokens become one vector; the graph sees them all the same.
   *
   * @default true
   */
  specialTokens?: boolean;
  /**
   * Whether vectors are scaled to length 1.
   *
   * @default as the teacher's folder says
   */
  normalize?: boolean;
  /** Called after every batch with the number of texts done and of all. */
  onProgress?: (done: number, total: number) => void;
  /**
   * What text i is called in messages.
   *
   * @default text 1, text 2, ...
   */
  nameOf?: (text: number) => string;
}

/** Options of {@linkcode Teacher.encode}. */
export interface TeacherEncodeOptions extends EmbedOptions {
  /**
   * Name of the prompt that goes before every text, one of {@linkcode Teacher.prompts}; null for none.
   *
   * @default the teacher's own choice
   */
  prompt?: string | null;
}
