"""train.py WORK OUT.npz [--option value …]: trains the vectors and weights of the words, and writes them as floats.

The vector of a text is the unit vector of Σ weight(word) · (1 + ln count) · vector(word), over its distinct words; queries have weights of
their own. Loss: symmetric InfoNCE over the batch with a learned temperature (van den Oord et al., 2018; Radford et al., 2021).
"""

import argparse
import json
import math
import time

import numpy as np
import torch
import torch.nn.functional as functional

from batches import Pairs, batches, plain_batch, training_batch

OPTIONS = {
    "dimensions": 128, "batch": 2048, "epochs": 4.0, "minutes": 60.0, "rate": 0.01, "temperature": 0.05, "workers": 0, "seed": 0,
    "first_sentence": 0.3, "name_queries": 0.12, "masked_names": 0.35, "masked_rows": 0.5, "masked_words": 0.5, "dropout": 0.15,
    "with_path": 0.9, "kinds": "01",
}  # fmt: skip


class Model(torch.nn.Module):
    def __init__(self, words, idf, dimensions, temperature):
        super().__init__()
        self.vectors = torch.nn.Parameter(torch.randn(words, dimensions) / math.sqrt(dimensions))
        start = torch.from_numpy(np.log(np.maximum(idf, 0.3))).float()
        self.document_weights = torch.nn.Parameter(start.clone())
        self.query_weights = torch.nn.Parameter(start.clone())
        self.sharpness = torch.nn.Parameter(torch.tensor(math.log(1 / temperature)))

    def forward(self, bag, weights):
        ids, offsets, counts = bag
        summed = functional.embedding_bag(ids, self.vectors, offsets, mode="sum", per_sample_weights=counts * torch.exp(weights[ids]))
        return functional.normalize(summed, dim=1)

    def queries(self, bag):
        return self(bag, self.query_weights)

    def documents(self, bag):
        return self(bag, self.document_weights)


class Batches(torch.utils.data.Dataset):
    def __init__(self, pairs, options, epoch):
        self.pairs, self.options, self.epoch = pairs, options, epoch
        self.rows = batches(pairs, options.batch, options.seed + epoch, options.kinds)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        query, code, hashes = training_batch(self.pairs, self.rows[index], self.options, [self.options.seed, self.epoch, index])
        return [torch.from_numpy(part) for part in query], [torch.from_numpy(part) for part in code], torch.from_numpy(hashes)


def to(device, bag):
    return [part.to(device, non_blocking=True) for part in bag]


def measure(model, pairs, device):
    """Mean reciprocal rank of the right definition for held-out documentation: among 1000 of all, and among those of its package."""
    rows = np.where(pairs.held_out & (pairs.kind == 0))[0]
    queries, documents = [], []
    with torch.no_grad():
        for at in range(0, len(rows), 1000):
            query, code = plain_batch(pairs, rows[at : at + 1000])
            queries.append(model.queries(to(device, map(torch.from_numpy, query))))
            documents.append(model.documents(to(device, map(torch.from_numpy, code))))
        queries, documents = torch.cat(queries), torch.cat(documents)

        def mean_reciprocal_rank(groups):
            ranks = []
            for group in groups:
                scores = queries[group] @ documents[group].T
                ranks.append((1 / (1 + (scores > scores.diag()[:, None]).sum(1).float())).mean().item())
            return float(np.mean(ranks)) if ranks else 0.0

        mixed = np.random.default_rng(3).permutation(len(rows))
        at_random = [mixed[at : at + 1000] for at in range(0, max(1, len(rows) - 999), 1000)]
        in_package = [np.where(pairs.package[rows] == package)[0] for package in np.unique(pairs.package[rows])]
        return mean_reciprocal_rank(at_random), mean_reciprocal_rank(in_package)


def train(work, output, options):
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pairs = Pairs(work + "/pairs.npz")
    words = len(json.load(open(work + "/vocabulary.json", encoding="utf-8"))["tokens"])
    idf = np.log(1 + pairs.size / (np.bincount(pairs.codes, minlength=words) + 1))
    model = Model(words, idf, options.dimensions, options.temperature).to(device)
    rates = [options.rate, options.rate * 2, 0.002]
    groups = [[model.vectors], [model.document_weights, model.query_weights], [model.sharpness]]
    optimizer = torch.optim.Adam([{"params": group, "lr": rate} for group, rate in zip(groups, rates)], betas=(0.9, 0.98))
    started, step, losses = time.time(), 0, []
    total = int(options.epochs * len(Batches(pairs, options, 0)))
    print(f"{device}, {words} words, {pairs.size} pairs, {total} steps, before: {measure(model, pairs, device)}", flush=True)
    while step < total:
        epoch = Batches(pairs, options, step)
        for query, code, hashes in torch.utils.data.DataLoader(epoch, batch_size=None, num_workers=options.workers):
            done = max(step / total, (time.time() - started) / 60 / options.minutes)
            if done >= 1:
                step = total
                break
            scale = min(1, (step + 1) / 30) * (0.5 * (1 + math.cos(math.pi * done)) * 0.98 + 0.02)
            for group, rate in zip(optimizer.param_groups, rates):
                group["lr"] = rate * scale
            scores = model.queries(to(device, query)) @ model.documents(to(device, code)).T * model.sharpness.exp().clamp(max=100)
            # The same question elsewhere in the batch is no wrong answer.
            hashes = hashes.to(device)
            same = (hashes[:, None] == hashes[None, :]) & ~torch.eye(len(hashes), dtype=torch.bool, device=device)
            scores = scores.masked_fill(same, -1e4)
            right = torch.arange(len(hashes), device=device)
            loss = 0.5 * (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            losses.append(loss.detach())
            if step % 100 == 0:
                mean = torch.stack(losses[-100:]).mean().item()
                print(f"step {step} of {total}, loss {mean:.3f}, {time.time() - started:.0f} s", flush=True)
    print(f"{output}: reciprocal rank (of 1000, in package) {measure(model, pairs, device)}, {time.time() - started:.0f} s", flush=True)
    weights = {name: torch.exp(values).detach().cpu().numpy() for name, values in (("documents", model.document_weights), ("queries", model.query_weights))}
    np.savez(output, vectors=model.vectors.detach().cpu().numpy().astype(np.float16), **weights)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("output")
    for name, default in OPTIONS.items():
        parser.add_argument("--" + name, type=type(default), default=default)
    arguments = parser.parse_args()
    train(arguments.work, arguments.output, arguments)
