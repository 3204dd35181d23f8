/** Token ids that a teacher's tokenizer puts around every text. */
export interface SpecialTokens {
  /** Before the text. */
  prefix: readonly number[];
  /** After the text. */
  suffix: readonly number[];
  /** `token_type_ids` of the prefix, of the text's tokens and of the suffix. */
  types: { prefix: readonly number[]; text: number; suffix: readonly number[] };
}

const NONE: SpecialTokens = { prefix: [], suffix: [], types: { prefix: [], text: 0, suffix: [] } };

/** Parts of a post-processor in a tokenizer.json. */
interface PostProcessor {
  type: string;
  /** TemplateProcessing: what stands around a single text. */
  single?: TemplatePiece[];
  /** TemplateProcessing: ids by the token's name. */
  special_tokens?: Record<string, { ids: number[] }>;
  /** BertProcessing and RobertaProcessing: token and id. */
  cls?: [string, number];
  /** As `cls`. */
  sep?: [string, number];
  /** Sequence. */
  processors?: PostProcessor[];
}

type TemplatePiece =
  | { SpecialToken: { id: string; type_id: number } }
  | { Sequence: { id: string; type_id: number } };

/**
 * Reads from a tokenizer.json which special tokens go around a text: `TemplateProcessing`, `BertProcessing`,
 * `RobertaProcessing`, and sequences of them. `ByteLevel` adds none.
 *
 * @param postProcessor the file's `post_processor`
 * @param refuse throws an error with the reason
 */
export function readSpecialTokens(postProcessor: unknown, refuse: (reason: string) => never): SpecialTokens {
  if (postProcessor === null || postProcessor === undefined) return NONE;
  const processor = postProcessor as PostProcessor;
  switch (processor.type) {
    case "TemplateProcessing":
      return ofTemplate(processor, refuse);
    case "BertProcessing":
    case "RobertaProcessing": {
      const { cls, sep } = processor;
      if (cls === undefined || sep === undefined) return refuse("its post-processor lacks cls or sep");
      return { prefix: [cls[1]], suffix: [sep[1]], types: { prefix: [0], text: 0, suffix: [0] } };
    }
    case "ByteLevel":
      return NONE;
    case "Sequence":
      return (processor.processors ?? []).map((each) => readSpecialTokens(each, refuse)).reduce(around, NONE);
    default:
      return refuse(`its post-processor is ${processor.type}, which Lathe does not know`);
  }
}

function ofTemplate(
  { single, special_tokens }: PostProcessor,
  refuse: (reason: string) => never,
): SpecialTokens {
  const pieces = single ?? [];
  const place = pieces.findIndex((piece) => "Sequence" in piece);
  if (place === -1) return refuse("its post-processor has no place for the text");
  const idsOf = (piece: TemplatePiece): { ids: number[]; types: number[] } => {
    if (!("SpecialToken" in piece)) return refuse("its post-processor repeats the text");
    const { id, type_id } = piece.SpecialToken;
    const ids = special_tokens?.[id]?.ids ?? refuse(`its post-processor has no ids for ${id}`);
    return { ids, types: ids.map(() => type_id) };
  };
  const [before, after] = [pieces.slice(0, place).map(idsOf), pieces.slice(place + 1).map(idsOf)];
  return {
    prefix: before.flatMap(({ ids }) => ids),
    suffix: after.flatMap(({ ids }) => ids),
    types: {
      prefix: before.flatMap(({ types }) => types),
      text: (pieces[place] as { Sequence: { type_id: number } }).Sequence.type_id,
      suffix: after.flatMap(({ types }) => types),
    },
  };
}

/** A later processor works on what an earlier one made. */
function around(inner: SpecialTokens, outer: SpecialTokens): SpecialTokens {
  return {
    prefix: [...outer.prefix, ...inner.prefix],
    suffix: [...inner.suffix, ...outer.suffix],
    types: {
      prefix: [...outer.types.prefix, ...inner.types.prefix],
      text: Math.max(inner.types.text, outer.types.text),
      suffix: [...inner.types.suffix, ...outer.types.suffix],
    },
  };
}
