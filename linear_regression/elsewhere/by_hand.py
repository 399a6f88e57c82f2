"""The line of the tutorial with NumPy alone: its gradients are derived by hand."""

try:
    import numpy as np
except ModuleNotFoundError as error:
    raise SystemExit(f"{error}: python -m pip install numpy") from None

train_x = np.linspace(0, 1, 100)
train_y = 5 + (2 * train_x + np.random.RandomState(0).randn(100) * 0.33)


def model(X, M, B):
    return (X * M) + B


def update(W0, W1, X, Y):
    error = model(X, W0, W1) - Y
    gradientW0 = 2 * error * X
    gradientW1 = 2 * error
    return W0 - gradientW0 * 0.01, W1 - gradientW1 * 0.01


W0 = W1 = 0.0
for _ in range(100):  # epochs
    for x, y in zip(train_x, train_y):
        W0, W1 = update(W0, W1, x, y)
print(round(float(W0), 6), round(float(W1), 6))
