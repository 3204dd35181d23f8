/** Sentence Transformers' own training step, carried out by the `python3` of this machine. */
import type { GpuStep } from "./_gpu_step.ts";

/** Takes the size as JSON; prints pairs a second, or why it cannot. Its AdamW is PyTorch's fused one, its fastest. */
const PROGRAM = `
import json, sys, time
try:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.losses import MatryoshkaLoss, MultipleNegativesRankingLoss
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer, models
except ImportError as error:
    print(f"{error}"); sys.exit()
if not torch.cuda.is_available():
    print("torch finds no GPU"); sys.exit()
size = json.loads(sys.argv[1])
torch.manual_seed(12)
words = {str(i): i for i in range(size["vocab"])}
tokenizer = Tokenizer(models.WordLevel(words, unk_token="0"))
model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=size["dim"])]).to("cuda")
loss = MatryoshkaLoss(model, MultipleNegativesRankingLoss(model), size["dims"])
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.0, fused=True)

def column(tokens):
    ranks = torch.exp(torch.rand(size["pairs"] * tokens) * torch.log(torch.tensor((size["vocab"] + 3) / 3)))
    ids = (3 * ranks - 3).long().clamp(max=size["vocab"] - 1)
    return {"input_ids": ids.cuda(), "offsets": torch.arange(0, size["pairs"] * tokens, tokens).cuda()}

batches = [[column(tokens) for tokens in size["tokens"]] for _ in range(4)]

def step(i):
    optimizer.zero_grad(set_to_none=True)
    features = [dict(each) for each in batches[i % 4]]
    loss(features, None).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()

for i in range(5):
    step(i)
torch.cuda.synchronize()
start = time.perf_counter()
for i in range(size["steps"]):
    step(i)
torch.cuda.synchronize()
print(json.dumps(size["pairs"] * size["steps"] / (time.perf_counter() - start)))
`;

/**
 * Pairs a second of Sentence Transformers' step, its tokens on the GPU already.
 *
 * @returns the rate, or why there is none
 */
export async function sentenceTransformersRate(size: GpuStep): Promise<number | string> {
  try {
    const { stdout, stderr } = await new Deno.Command("python3", {
      args: ["-c", PROGRAM, JSON.stringify(size)],
    }).output();
    const last = (bytes: Uint8Array): string | undefined =>
      new TextDecoder().decode(bytes).trim().split("\n").at(-1);
    const answer = last(stdout) || last(stderr) || "it ended without a word";
    return Number.isFinite(Number(answer)) ? Number(answer) : answer;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no python3";
    throw error;
  }
}
