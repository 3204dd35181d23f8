import { type Library, type Pointer, readCString } from "./library.ts";

/** Session setting under which the library remembers where it placed operators. */
export const RECORD_PLACEMENT = "session.record_ep_graph_assignment_info";

/** How many operators of a graph an execution provider carries out. */
export interface Placement {
  /** Execution provider, in ONNX Runtime's spelling. */
  provider: string;
  /** Operators by name, and how many of each. */
  operators: Record<string, number>;
}

/**
 * Where the operators of a session were placed, one entry for each provider that has some.
 *
 * @throws {OnnxRuntimeError} if the session was made without {@link RECORD_PLACEMENT}
 */
export function readPlacement(library: Library, session: Pointer): Placement[] {
  const placements = new Map<string, Placement>();
  for (const subgraph of readList(library, "Session_GetEpGraphAssignmentInfo", session)) {
    const provider = readName(library, "EpAssignedSubgraph_GetEpName", subgraph);
    const placement = placements.get(provider) ?? { provider, operators: {} };
    placements.set(provider, placement);
    for (const node of readList(library, "EpAssignedSubgraph_GetNodes", subgraph)) {
      const name = readName(library, "EpAssignedNode_GetOperatorType", node);
      placement.operators[name] = (placement.operators[name] ?? 0) + 1;
    }
  }
  return [...placements.values()];
}

/** An array of pointers that stays the library's. */
function readList(
  library: Library,
  name: "Session_GetEpGraphAssignmentInfo" | "EpAssignedSubgraph_GetNodes",
  owner: Pointer,
): Pointer[] {
  const first = new BigUint64Array(1);
  const count = new BigUint64Array(1);
  library.call(name, "tell where operators were placed", owner, first, count);
  if (count[0] === 0n) return [];
  const view = new Deno.UnsafePointerView(Deno.UnsafePointer.create(first[0])!);
  return Array.from({ length: Number(count[0]) }, (_, i) => view.getPointer(8 * i));
}

function readName(
  library: Library,
  name: "EpAssignedSubgraph_GetEpName" | "EpAssignedNode_GetOperatorType",
  owner: Pointer,
): string {
  return readCString(library.create(name, "tell where operators were placed", owner));
}
