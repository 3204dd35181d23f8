import type { CardContent } from "./model_card.ts";

/** Where the model is, if the card is not told. */
const HERE = "path/to/this/folder";

/** How to load the folder in each library that takes it. */
export function loadingSection(content: CardContent): string {
  const ways: Record<CardContent["format"], () => string[]> = {
    "sentence-transformers": () => [sentenceTransformers(content), model2vec(content), lathe(content)],
    model2vec: () => [model2vec(content), lathe(content)],
    onnx: () => [onnx()],
    transformersjs: () => [transformersJs(content)],
  };
  return ["## How to load it", ...ways[content.format]()].join("\n\n");
}

function sentenceTransformers({ dropUnknown, repository = HERE }: CardContent): string {
  const note = dropUnknown
    ? "\n\nSentence Transformers counts unknown tokens in the mean; this model leaves them out, so that texts with " +
      "unknown tokens get shorter vectors there."
    : "";
  return `Sentence Transformers:

\`\`\`python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("${repository}")  # truncate_dim=N keeps the first N dimensions
embeddings = model.encode(["a text", "another one"])
\`\`\`${note}`;
}

function model2vec({ dropUnknown, repository = HERE }: CardContent): string {
  const note = dropUnknown
    ? ""
    : "\n\nModel2Vec leaves unknown tokens out of the mean; this model counts them, so that texts with unknown tokens " +
      "get other vectors there.";
  return `Model2Vec:

\`\`\`python
from model2vec import StaticModel

model = StaticModel.from_pretrained("${repository}")
embeddings = model.encode(["a text", "another one"], max_length=None)
\`\`\`${note}`;
}

function lathe({ repository }: CardContent): string {
  return `Lathe:

\`\`\`sh
deno task encode ${
    repository === undefined ? HERE : `hf://models/${repository}`
  } texts.txt --output vectors.npy
\`\`\``;
}

function onnx(): string {
  return `ONNX Runtime, here in Python; \`input_ids\` holds the tokens of all texts, \`offsets\` where each text begins:

\`\`\`python
import numpy, onnxruntime, tokenizers

tokenizer = tokenizers.Tokenizer.from_file("tokenizer.json")
session = onnxruntime.InferenceSession("model.onnx")
lists = [e.ids for e in tokenizer.encode_batch(["a text", "another one"], add_special_tokens=False)]
embeddings, = session.run(None, {
    "input_ids": numpy.array(sum(lists, []), dtype=numpy.int64),
    "offsets": numpy.cumsum([0] + [len(ids) for ids in lists[:-1]], dtype=numpy.int64),
})
\`\`\``;
}

function transformersJs({ normalize, repository = HERE }: CardContent): string {
  return `transformers.js, in browsers, Node.js and Deno:

\`\`\`js
import { pipeline } from "@huggingface/transformers";

const extract = await pipeline("feature-extraction", "${repository}");
const embeddings = await extract(["a text", "another one"], { pooling: "mean", normalize: ${normalize} });
\`\`\`

The graph's output \`sentence_embedding\` is the same vector without \`pooling\`. With \`pooling\` the package gives a
text without any token no number; give it texts with words.`;
}
