"""What the peers have in common: cases come as JSON on standard input, answers go as JSON to standard output.

In: {tasks: [{name, classes: [{id, labels}]}], train, validation, test: [{text, labels: {task: class index}}]}.
Out: {training, prediction: seconds, answers: {task: [class index per test case]}, chosen: {task: what}}.
"""
import json
import os
import sys
import time
from sklearn.metrics import f1_score


class Clock:
    """Adds up the seconds of what runs within it."""

    def __init__(self):
        self.seconds = 0.0

    def __enter__(self):
        self.start = time.perf_counter()

    def __exit__(self, *_):
        self.seconds += time.perf_counter() - self.start


def labelled(cases, task):
    """Texts and class indices of the cases whose value is known."""
    known = [case for case in cases if task in case["labels"]]
    return [case["text"] for case in known], [case["labels"][task] for case in known]


def macro_f1(truth, answers):
    return f1_score(truth, answers, average="macro")


def main(answer_task, prepare=lambda data: None):
    """Calls `answer_task(task, data, training, prediction)` per task; it gives the answers on all test texts and what was chosen."""
    # Libraries print what they like; only the answers may reach the standard output.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    data = json.load(sys.stdin)
    prepare(data)
    training, prediction = Clock(), Clock()
    answers, chosen = {}, {}
    for task in data["tasks"]:
        answers[task["name"]], chosen[task["name"]] = answer_task(task, data, training, prediction)
    json.dump(
        {"training": training.seconds, "prediction": prediction.seconds, "answers": answers, "chosen": chosen},
        output,
    )
    output.close()
