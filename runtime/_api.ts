/**
 * The part of ONNX Runtime's C API that Lathe calls: where each function stands in the `OrtApi` struct of function
 * pointers and what it takes. The struct only ever grows, so an index holds for every version from the first that
 * had the function (source: the public header `onnxruntime_c_api.h`).
 */

/** What a C API function gives back: a status to check, or nothing (the release functions). */
type Result = "status" | "void";

interface FunctionEntry {
  readonly index: number;
  readonly parameters: readonly Deno.NativeType[];
  readonly result: Result;
  /** Runs on a thread of its own and gives a promise. */
  readonly nonblocking?: boolean;
}

const P = "pointer";
const BUFFER = "buffer";

function status(index: number, ...parameters: Deno.NativeType[]): FunctionEntry {
  return { index, parameters, result: "status" };
}

function release(index: number): FunctionEntry {
  return { index, parameters: [P], result: "void" };
}

/** Function name -> place and parameters. Outgoing pointers are `buffer` (a `BigUint64Array` of length one). */
export const FUNCTIONS = {
  CreateEnv: status(3, "i32", BUFFER, BUFFER),
  CreateSessionFromArray: status(8, P, BUFFER, "usize", P, BUFFER),
  CreateSessionOptions: status(10, BUFFER),
  SetOptimizedModelFilePath: status(11, P, BUFFER),
  EnableProfiling: status(14, P, BUFFER),
  SetSessionLogSeverityLevel: status(22, P, "i32"),
  SetSessionGraphOptimizationLevel: status(23, P, "i32"),
  SetIntraOpNumThreads: status(24, P, "i32"),
  SessionGetInputCount: status(30, P, BUFFER),
  SessionGetOutputCount: status(31, P, BUFFER),
  SessionGetInputName: status(36, P, "usize", P, BUFFER),
  SessionGetOutputName: status(37, P, "usize", P, BUFFER),
  CreateTensorAsOrtValue: status(48, P, BUFFER, "usize", "i32", BUFFER),
  CreateTensorWithDataAsOrtValue: status(49, P, P, "usize", BUFFER, "usize", "i32", BUFFER),
  GetTensorMutableData: status(51, P, BUFFER),
  GetTensorElementType: status(60, P, BUFFER),
  GetDimensionsCount: status(61, P, BUFFER),
  GetDimensions: status(62, P, BUFFER, "usize"),
  GetTensorTypeAndShape: status(65, P, BUFFER),
  CreateMemoryInfo: status(68, BUFFER, "i32", "i32", "i32", BUFFER),
  AllocatorFree: status(76, P, P),
  GetAllocatorWithDefaultOptions: status(78, BUFFER),
  SessionEndProfiling: status(110, P, P, BUFFER),
  GetAvailableProviders: status(125, BUFFER, BUFFER),
  ReleaseAvailableProviders: status(126, P, "i32"),
  AddSessionConfigEntry: status(130, P, BUFFER, BUFFER),
  CreateAllocator: status(131, P, P, BUFFER),
  RunWithBinding: { ...status(133, P, P, P), nonblocking: true },
  CreateIoBinding: status(134, P, BUFFER),
  BindInput: status(136, P, BUFFER, P),
  BindOutput: status(137, P, BUFFER, P),
  BindOutputToDevice: status(138, P, BUFFER, P),
  GetBoundOutputValues: status(140, P, P, BUFFER, BUFFER),
  ClearBoundInputs: release(141),
  ClearBoundOutputs: release(142),
  SessionOptionsAppendExecutionProvider_CUDA_V2: status(204, P, P),
  CreateCUDAProviderOptions: status(205, BUFFER),
  UpdateCUDAProviderOptions: status(206, P, BUFFER, BUFFER, "usize"),
  ReleaseCUDAProviderOptions: release(208),
  SessionOptionsAppendExecutionProvider: status(216, P, BUFFER, BUFFER, BUFFER, "usize"),
  Session_GetEpGraphAssignmentInfo: status(407, P, BUFFER, BUFFER),
  EpAssignedSubgraph_GetEpName: status(408, P, BUFFER),
  EpAssignedSubgraph_GetNodes: status(409, P, BUFFER, BUFFER),
  EpAssignedNode_GetOperatorType: status(412, P, BUFFER),
  ReleaseEnv: release(92),
  ReleaseStatus: release(93),
  ReleaseMemoryInfo: release(94),
  ReleaseSession: release(95),
  ReleaseValue: release(96),
  ReleaseTensorTypeAndShapeInfo: release(99),
  ReleaseSessionOptions: release(100),
  ReleaseAllocator: release(132),
  ReleaseIoBinding: release(135),
  GetErrorMessage: { index: 2, parameters: [P], result: "status" },
} as const satisfies Record<string, FunctionEntry>;

/** Name of a function in {@link FUNCTIONS}. */
export type FunctionName = keyof typeof FUNCTIONS;

/** ONNX tensor element types by their name in Lathe (values of `ONNXTensorElementDataType`). */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;

/** Bytes of one element. */
export const ELEMENT_BYTES: Record<keyof typeof ELEMENT_TYPES, number> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
};

/**
 * API version asked for: every library from 1.20 on offers it. Every function above is in it but those that tell where
 * operators were placed, which are there from 1.24 on.
 */
export const API_VERSION = 20;
