import { OnnxRuntimeError } from "./onnx_runtime_error.ts";

/**
 * A failure in at most 200 characters. Of ONNX Runtime's message the place in its source, the failed assertion and the
 * folders of files are left out; its words and the operator that failed stay.
 */
export function shortReason(error: unknown): string {
  const message = error instanceof OnnxRuntimeError ? error.detail : (error as Error).message;
  const [line] = message.split("\n");
  const operator = /Name:'(\w+)'/.exec(line)?.[1];
  const words = line
    .replace(/^.* was false\. /, "")
    .replace(/^.*\[ONNXRuntimeError\] : \d+ : \w+ : /, "")
    .replaceAll(/(?:\/[^\s/]+)+\/([^\s/]+)/g, "$1");
  const text = operator === undefined ? words : `operator ${operator} fails: ${words}`;
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
