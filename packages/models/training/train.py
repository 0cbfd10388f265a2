"""train.py WORK OUT.npz [--option value …]: trains the vectors and weights of the words, and writes them as floats.

The vector of a text is the unit vector of Σ weight(word) · (1 + ln count) · vector(word), over its distinct words; queries have weights of
their own. Loss: symmetric InfoNCE over the batch with a learned temperature (van den Oord et al., 2018; Radford et al., 2021).

A run that was interrupted goes on from OUT.npz.state, at most STEPS_KEPT steps before, and comes to the same as one that was not.
"""

import argparse
import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as functional

from batches import Pairs, batches, plain_batch, problem_of, training_batch

OPTIONS = {
    "dimensions": 128, "batch": 2048, "epochs": 4.0, "minutes": 60.0, "rate": 0.01, "temperature": 0.05, "workers": 0, "seed": 0,
    "first_sentence": 0.3, "name_queries": 0.12, "masked_names": 0.35, "masked_rows": 0.5, "masked_words": 0.5, "dropout": 0.15,
    "with_path": 0.9, "kinds": "01",
}  # fmt: skip
STEPS_KEPT = 100


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


def loss_of(model, batch, device):
    query, code, hashes = batch
    scores = model.queries(to(device, query)) @ model.documents(to(device, code)).T * model.sharpness.exp().clamp(max=100)
    # The same question elsewhere in the batch is no wrong answer.
    hashes = hashes.to(device)
    same = (hashes[:, None] == hashes[None, :]) & ~torch.eye(len(hashes), dtype=torch.bool, device=device)
    scores = scores.masked_fill(same, -1e4)
    right = torch.arange(len(hashes), device=device)
    return 0.5 * (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right))


class Progress:
    """How far the training is: `step`, the step at which the epoch began, and the seconds spent; kept beside the output."""

    def __init__(self, path, made_for, model, optimizer, device):
        self.path, self.made_for, self.model, self.optimizer = path, made_for, model, optimizer
        self.step, self.epoch_step, spent = 0, 0, 0.0
        if os.path.exists(path):
            kept = torch.load(path, map_location=device)
            if kept["made_for"] == made_for:
                model.load_state_dict(kept["model"])
                optimizer.load_state_dict(kept["optimizer"])
                self.step, self.epoch_step, spent = kept["at"]
                print(f"goes on from step {self.step}, kept in {path}", flush=True)
            else:
                print(f"{path} is of another training, and is not used", flush=True)
        self.started = time.time() - spent

    @property
    def seconds(self):
        return time.time() - self.started

    def keep(self):
        at = [self.step, self.epoch_step, self.seconds]
        states = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({"made_for": self.made_for, "at": at, **states}, self.path + ".part")
        os.replace(self.path + ".part", self.path)


def remaining(pairs, options, progress):
    """Batches without end, epoch after epoch, from where the progress is."""
    while True:
        epoch = Batches(pairs, options, progress.epoch_step)
        rest = torch.utils.data.Subset(epoch, range(progress.step - progress.epoch_step, len(epoch)))
        yield from torch.utils.data.DataLoader(rest, batch_size=None, num_workers=options.workers)
        progress.epoch_step = progress.step


def train(work, output, options):
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pairs = Pairs(work + "/pairs.npz")
    if problem := problem_of(pairs, options.batch, options.kinds):
        sys.exit(problem)
    words = len(json.load(open(work + "/vocabulary.json", encoding="utf-8"))["tokens"])
    idf = np.log(1 + pairs.size / (np.bincount(pairs.codes, minlength=words) + 1))
    model = Model(words, idf, options.dimensions, options.temperature).to(device)
    rates = [options.rate, options.rate * 2, 0.002]
    groups = [[model.vectors], [model.document_weights, model.query_weights], [model.sharpness]]
    optimizer = torch.optim.Adam([{"params": group, "lr": rate} for group, rate in zip(groups, rates)], betas=(0.9, 0.98))
    total, losses = int(options.epochs * len(Batches(pairs, options, 0))), []
    print(f"{device}, {torch.get_num_threads()} threads, {words} words, {pairs.size} pairs, {total} steps, before: {measure(model, pairs, device)}", flush=True)
    made_for = {**vars(options), "words": words, "pairs": pairs.size, "total": total}
    progress = Progress(output + ".state", made_for, model, optimizer, device)
    batches_left = remaining(pairs, options, progress)
    while progress.step < total:
        done = max(progress.step / total, progress.seconds / 60 / options.minutes)
        if done >= 1:
            print(f"ended by --minutes {options.minutes:g} after {progress.step} of {total} steps: another run may give another model", flush=True)
            break
        scale = min(1, (progress.step + 1) / 30) * (0.5 * (1 + math.cos(math.pi * done)) * 0.98 + 0.02)
        for group, rate in zip(optimizer.param_groups, rates):
            group["lr"] = rate * scale
        loss = loss_of(model, next(batches_left), device)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        progress.step += 1
        losses.append(loss.detach())
        if progress.step % STEPS_KEPT == 0:
            mean = torch.stack(losses[-STEPS_KEPT:]).mean().item()
            print(f"step {progress.step} of {total}, loss {mean:.3f}, {progress.seconds:.0f} s", flush=True)
            progress.keep()
    print(f"{output}: reciprocal rank (of 1000, in package) {measure(model, pairs, device)}, {progress.seconds:.0f} s", flush=True)
    weights = {name: torch.exp(values).detach().cpu().numpy() for name, values in (("documents", model.document_weights), ("queries", model.query_weights))}
    np.savez(output + ".part.npz", vectors=model.vectors.detach().cpu().numpy().astype(np.float16), **weights)
    os.replace(output + ".part.npz", output)
    if os.path.exists(progress.path):
        os.remove(progress.path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("output")
    for name, default in OPTIONS.items():
        parser.add_argument("--" + name, type=type(default), default=default)
    arguments = parser.parse_args()
    train(arguments.work, arguments.output, arguments)
