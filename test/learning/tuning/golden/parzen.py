"""Golden numbers of the Parzen estimator: those of hyperopt 0.3.0 (adaptive_parzen_normal and GMM1_lpdf of hyperopt.tpe, no
forgetting, prior weight 1). Its densities are computed a second time by scipy from the mixture it gives.

Run: python3 parzen.py > parzen.json
"""

import json

import numpy as np
from hyperopt.tpe import GMM1_lpdf, adaptive_parzen_normal
from scipy.special import logsumexp
from scipy.stats import norm


def make(observations, low, high):
    weights, means, deviations = adaptive_parzen_normal(
        np.asarray(observations, dtype=float), 1.0, 0.5 * (low + high), float(high - low), LF=0
    )
    places = np.linspace(low, high, 7)
    own = GMM1_lpdf(places, weights, means, deviations)
    ours = [float(logsumexp(norm.logpdf(x, means, deviations), b=weights)) for x in places]
    assert np.allclose(own, ours, atol=1e-9)
    return {
        "observations": list(observations),
        "low": low,
        "high": high,
        "means": means.tolist(),
        "deviations": deviations.tolist(),
        "places": places.tolist(),
        "logDensities": ours,
    }


draw = np.random.default_rng(1)
print(
    json.dumps(
        [
            make([], 0, 1),
            make([0.9], 0, 1),
            make([-3.0], -4, 2),
            make([0.2, 0.3, 0.31, 0.8], 0, 1),
            make([2, 2, 2, 7, 10], 0.5, 10.5),
            make(draw.uniform(-3, -1, 30).tolist(), -3, -1),
        ]
    )
)
