"""export.py WORK TRAINED.npz FOLDER: writes the model as Outpost reads it.

model.bin: float32 scales of the words in documents, the same in queries (each times the word's quantisation step), int8 vectors.
model.json: dimensions, words, log-probabilities. translations.bin: as translate.py made it. corpus.tsv: every archive with its licence, pairs and SHA-256.
"""

import json
import os
import shutil
import sys

import numpy as np

work, trained, folder = sys.argv[1:4]
model = np.load(trained)
with open(work + "/vocabulary.json", encoding="utf-8") as file:
    vocabulary = json.load(file)
vectors = model["vectors"].astype(np.float32)
if not all(np.isfinite(model[name].astype(np.float32)).all() for name in model.files):
    sys.exit(f"{trained} holds what is no number: the training went astray; try a smaller --rate")
steps = np.maximum(np.abs(vectors).max(axis=1) / 127, 1e-9)
quantised = np.clip(np.round(vectors / steps[:, None]), -127, 127).astype(np.int8)
# Only directions count; this keeps the numbers near 1.
factor = 1 / np.median(steps * model["documents"])
os.makedirs(folder, exist_ok=True)
with open(folder + "/model.bin.part", "wb") as file:
    for weights in (model["documents"], model["queries"]):
        file.write((steps * weights * factor).astype("<f4").tobytes())
    file.write(quantised.tobytes())
with open(folder + "/model.json.part", "w", encoding="utf-8") as file:
    json.dump({"dim": int(vectors.shape[1]), "tf": "log", "tokens": vocabulary["tokens"], "logp": vocabulary["logp"]}, file, separators=(",", ":"))
for name in ("model.bin", "model.json"):
    os.replace(f"{folder}/{name}.part", f"{folder}/{name}")
if os.path.exists(work + "/corpus.tsv"):
    shutil.copy(work + "/corpus.tsv", folder + "/corpus.tsv")
if os.path.exists(work + "/translations.bin"):
    shutil.copy(work + "/translations.bin", folder + "/translations.bin")
print({name: os.path.getsize(os.path.join(folder, name)) for name in sorted(os.listdir(folder))})
