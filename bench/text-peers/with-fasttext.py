"""fastText, supervised (Joulin et al. 2017), one model per task; of a small grid the best macro-F1 on validation."""
import itertools
import os
import tempfile
import fasttext
from exchange import labelled, macro_f1, main

grid = [
    dict(lr=lr, epoch=epoch, wordNgrams=words, minn=minn, maxn=maxn)
    for (lr, epoch, words, (minn, maxn)) in itertools.product((0.5, 1.0), (25, 50), (1, 2), ((0, 0), (2, 5)))
]


def one_line(text):
    return " ".join(text.lower().split())


def fit(texts, labels, parameters):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8") as file:
        for text, label in zip(texts, labels):
            file.write(f"__label__{label} {one_line(text)}\n")
    try:
        return fasttext.train_supervised(file.name, dim=100, bucket=200000, seed=1, thread=1, verbose=0, **parameters)
    finally:
        os.unlink(file.name)


def answers_of(model, texts):
    # The wrapper's own `predict` asks numpy 2 for what it no longer gives.
    return [int(model.f.predict(one_line(text) + "\n", 1, 0.0, "strict")[0][1][len("__label__"):]) for text in texts]


def answer_task(task, data, training, prediction):
    texts, labels = labelled(data["train"], task["name"])
    held, truth = labelled(data["validation"], task["name"])
    scores = [macro_f1(truth, answers_of(fit(texts, labels, parameters), held)) for parameters in grid]
    best = grid[scores.index(max(scores))]
    with training:
        model = fit(texts, labels, best)
    with prediction:
        answers = answers_of(model, [case["text"] for case in data["test"]])
    return answers, str(best)


main(answer_task)
