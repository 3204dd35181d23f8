import assert from "node:assert/strict";
import { type DeviceFault, deviceFaultOf } from "./device_fault.ts";
import { OnnxRuntimeError } from "./onnx_runtime_error.ts";

/** Texts as ONNX Runtime and Dawn wrote them: the first two of WebGPU on a GPU in software, the others as reported. */
const RECORDED: readonly [string, DeviceFault | undefined][] = [
  [
    "WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error. - While validating entries[2] against { binding: 2, visibility: ShaderStage::Compute }.",
    "memory",
  ],
  [
    "shader_helper.cc:416 GenerateSourceCode Program Cast requires f16 but the device does not support it.",
    "float16",
  ],
  [
    "numbers_storage_buffers_ <= limits_.maxStorageBuffersPerShaderStage was false. Too many storage buffers in shader. Current: 16, Max is 12",
    "memory",
  ],
  ["bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 939524096", "memory"],
  ["bfc_arena.cc:359 Available memory of 1048576 is smaller than requested bytes of 4194304", "memory"],
  [
    "CUDA failure 2: out of memory ; GPU=0 ; hostname=host ; file=cuda_allocator.cc ; line=52 ; expr=cudaMalloc",
    "memory",
  ],
  ["CUDA failure 719: unspecified launch failure ; GPU=0 ; expr=cudaMemcpyAsync", "lost"],
  ["CUDA failure 999: unknown error ; GPU=0 ; expr=cudaSetDevice(info_.device_id);", "lost"],
  ["[Device] is lost. - While calling [Device].CreateBuffer([BufferDescriptor]).", "lost"],
  ["CUDA failure 101: invalid device ordinal ; GPU=0 ; expr=cudaSetDevice(info_.device_id);", undefined],
  ["CUDA failure 209: no kernel image is available for execution on the device", undefined],
  ["Got invalid dimensions for input: x for the following indices", undefined],
];

Deno.test("deviceFaultOf tells the faults of devices from other errors by the runtime's recorded words", () => {
  for (const [detail, fault] of RECORDED) {
    assert.equal(deviceFaultOf(new OnnxRuntimeError("run training_model", detail)), fault, detail);
  }
});

Deno.test("deviceFaultOf leaves errors of others alone", () => {
  assert.equal(deviceFaultOf(new Error("out of memory")), undefined);
});
