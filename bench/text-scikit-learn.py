"""Reads {tasks, train, test} as JSON from standard input; writes training and prediction seconds and macro-F1 per task."""
import json
import sys
import time
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

data = json.load(sys.stdin)
texts = {split: [case["text"] for case in data[split]] for split in ("train", "test")}
blocks = [
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
    TfidfVectorizer(ngram_range=(2, 5), analyzer="char_wb", sublinear_tf=True, min_df=2),
]
start = time.perf_counter()
train = hstack([block.fit_transform(texts["train"]) for block in blocks]).tocsr()
training = time.perf_counter() - start
start = time.perf_counter()
test = hstack([block.transform(texts["test"]) for block in blocks]).tocsr()
prediction = time.perf_counter() - start
scores = []
for task in data["tasks"]:
    rows = {s: [i for i, case in enumerate(data[s]) if task in case["labels"]] for s in ("train", "test")}
    labels = {s: [data[s][i]["labels"][task] for i in rows[s]] for s in ("train", "test")}
    start = time.perf_counter()
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(train[rows["train"]], labels["train"])
    training += time.perf_counter() - start
    start = time.perf_counter()
    predicted = model.predict(test[rows["test"]])
    prediction += time.perf_counter() - start
    scores.append(100 * f1_score(labels["test"], predicted, average="macro"))
json.dump({"training": training, "prediction": prediction, "macroF1": scores}, sys.stdout)
