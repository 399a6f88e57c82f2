# /// script
# dependencies = ["numpy"]
# ///
"""The line of the tutorial with NumPy alone: its gradients are derived by hand."""

import numpy as np

train_x = np.linspace(0, 1, 100)
train_y = 5 + (2 * train_x + np.random.RandomState(0).randn(100) * 0.33)


def update(W0, W1, X, Y):
    y = (X * W0) + W1
    gradientW0 = 2 * (y - Y) * X
    gradientW1 = 2 * (y - Y)
    return W0 - gradientW0 * 0.01, W1 - gradientW1 * 0.01


W0 = W1 = 0.0
for _ in range(100):  # epochs
    for x, y in zip(train_x, train_y):
        W0, W1 = update(W0, W1, x, y)
print(round(float(W0), 6), round(float(W1), 6))
