"""Writes metrics.json: figures computed by scikit-learn, scipy and plain numpy, for the tests of test/learning/metrics.

Run with python3; needs numpy, scipy and scikit-learn.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from scipy.stats import binomtest
from scipy.stats.contingency import association
from sklearn.metrics import (
    balanced_accuracy_score, brier_score_loss, cohen_kappa_score, log_loss, matthews_corrcoef,
    precision_recall_fscore_support, top_k_accuracy_score)

warnings.filterwarnings('ignore')


def answers_case(rng, rows, classes, absent=(), silent=0.1, right=0.6):
    truth = rng.integers(0, classes, rows)
    predicted = np.where(rng.random(rows) < right, truth, rng.integers(0, classes, rows))
    for label in absent:
        truth[truth == label] = 0
    predicted[rng.random(rows) < silent] = -1
    present = sorted((set(truth) | set(predicted)) - {-1})
    averages = {}
    for average in ('macro', 'micro', 'weighted'):
        precision, recall, f1, _ = precision_recall_fscore_support(
            truth, predicted, labels=present, average=average, zero_division=0)
        averages[average] = {'precision': precision, 'recall': recall, 'f1': f1}
    return {
        'truth': truth, 'predicted': predicted, 'classes': classes, 'averages': averages,
        'balancedAccuracy': balanced_accuracy_score(truth, predicted),
        'kappa': cohen_kappa_score(truth, predicted),
        'matthews': matthews_corrcoef(truth, predicted),
    }


def probabilities(rng, rows, classes):
    logits = rng.normal(0, 2, (rows, classes))
    truth = (logits * 0.6 + rng.gumbel(0, 1, logits.shape)).argmax(axis=1)
    scores = np.exp(logits - logits.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True), truth


def scores_case(rng, rows, classes):
    scores, truth = probabilities(rng, rows, classes)
    ks = range(1, classes)
    ranks = 1 + (scores > scores[np.arange(rows), truth][:, None]).sum(axis=1)
    return {
        'scores': scores, 'truth': truth,
        'logLoss': log_loss(truth, scores, labels=range(classes)),
        'brier': brier_score_loss(truth, scores, labels=range(classes), scale_by_half=False),
        'topK': {k: top_k_accuracy_score(truth, scores, k=k, labels=range(classes)) if classes > 2
                 else (ranks <= k).mean() for k in ks},
        'averageRank': ranks.mean(),
    }


def equal_mass_case(rng, rows, bins):
    confidence = rng.beta(4, 2, rows)
    confidence[::3] = np.round(confidence[::3], 1)
    correct = rng.random(rows) < confidence
    rank = np.array([(confidence < value).sum() for value in confidence])
    place = bins * rank // rows
    parts = [(len(group), group.mean(), correct[place == bin].mean())
             for bin in range(bins) if len(group := confidence[place == bin])]
    return {
        'confidence': confidence, 'correct': correct, 'bins': bins,
        'curve': [{'count': n, 'confidence': mean, 'accuracy': share} for n, mean, share in parts],
        'error': sum(n * abs(share - mean) for n, mean, share in parts) / rows,
    }


def wilson_case(part, whole):
    interval = binomtest(part, whole).proportion_ci(method='wilson')
    return {'part': part, 'whole': whole, 'low': interval.low, 'high': interval.high}


def risk_coverage_case(rng, rows, ties):
    confidence = rng.beta(4, 2, rows)
    if ties:
        confidence = np.round(confidence, 1)
    correct = rng.random(rows) < confidence
    points = []
    for threshold in sorted(set(confidence), reverse=True):
        kept = confidence >= threshold
        points.append({'threshold': threshold, 'coverage': kept.mean(), 'risk': 1 - correct[kept].mean()})
    # Risk at the coverage of each record, averaged (Geifman & El-Yaniv 2018, eq. 3).
    area = np.mean([1 - correct[confidence >= value].mean() for value in confidence])
    return {'confidence': confidence, 'correct': correct, 'points': points, 'area': area}


def association_case(rng, rows, first, second, strength):
    a = rng.integers(0, first, rows)
    b = np.where(rng.random(rows) < strength, a % second, rng.integers(0, second, rows))
    table = np.zeros((first, second))
    np.add.at(table, (a, b), 1)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / n
    phi2 = ((table - expected) ** 2 / expected).sum() / n
    r, c = table.shape
    # Bergsma 2013, eqs. 3 to 5.
    phi2_corrected = max(0, phi2 - (r - 1) * (c - 1) / (n - 1))
    r_corrected = r - (r - 1) ** 2 / (n - 1)
    c_corrected = c - (c - 1) ** 2 / (n - 1)
    return {
        'first': a, 'second': b,
        'cramersV': association(table.astype(int), method='cramer', correction=False),
        'corrected': np.sqrt(phi2_corrected / (min(r_corrected, c_corrected) - 1)),
    }


def multi_label_case(rng, rows, classes):
    truth = rng.random((rows, classes)) < 0.25
    scores = np.clip(0.35 * truth + rng.random((rows, classes)) * 0.65, 0, 1)
    named = scores >= 0.5
    out = {}
    for average in ('macro', 'micro'):
        precision, recall, f1, _ = precision_recall_fscore_support(truth, named, average=average, zero_division=0)
        out[average] = {'precision': precision, 'recall': recall, 'f1': f1}
    precision, recall, f1, support = precision_recall_fscore_support(truth, named, zero_division=0)
    r_precision, rank, best = [], [], []
    for row, right in zip(scores, truth):
        if not right.any():
            continue
        order = np.argsort(-row, kind='stable')
        ranks = 1 + np.flatnonzero(right[order])
        r_precision.append(right[order[:right.sum()]].mean())
        rank.append(ranks.mean())
        best.append(ranks.min())
    return {
        'scores': scores, 'relevant': [np.flatnonzero(row) for row in truth], 'classes': classes, **out,
        'perClass': {'precision': precision, 'recall': recall, 'f1': f1, 'support': support},
        'accuracy': (truth == named).mean(), 'exactMatch': (truth == named).all(axis=1).mean(),
        'rPrecision': np.mean(r_precision), 'averageRank': np.mean(rank),
        'accuracyAt': {k: (np.array(best) <= k).mean() for k in (1, 2, 5)},
    }


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    return value.item() if isinstance(value, np.generic) else value


rng = np.random.default_rng(20)
golden = {
    'answers': [
        answers_case(rng, 60, 3), answers_case(rng, 80, 5, absent=(2, 4)),
        answers_case(rng, 50, 2, silent=0), answers_case(rng, 40, 4, right=0),
    ],
    'scores': [scores_case(rng, 40, 3), scores_case(rng, 60, 6), scores_case(rng, 30, 2)],
    'equalMass': [equal_mass_case(rng, 60, 10), equal_mass_case(rng, 47, 15), equal_mass_case(rng, 8, 10)],
    'wilson': [wilson_case(*pair) for pair in ((0, 1), (1, 1), (0, 20), (20, 20), (7, 11), (810, 1000))],
    'riskCoverage': [risk_coverage_case(rng, 40, False), risk_coverage_case(rng, 60, True)],
    'association': [
        association_case(rng, 200, 4, 3, 0.5), association_case(rng, 60, 2, 2, 0.8),
        association_case(rng, 50, 6, 5, 0), association_case(rng, 90, 3, 7, 0.95),
    ],
    'multiLabel': [multi_label_case(rng, 40, 6), multi_label_case(rng, 25, 12)],
}
file = Path(__file__).with_name('metrics.json')
file.write_text(json.dumps(plain(golden)) + '\n')
