"""The line of the tutorial with PyTorch, which computes at once and keeps a record for the gradients."""

try:
    import numpy as np
    import torch
except ModuleNotFoundError as error:
    raise SystemExit(f"{error}: python -m pip install numpy torch, in an environment of its own") from None

train_x = torch.linspace(0, 1, 100, dtype=torch.float64)
noise = torch.tensor(np.random.RandomState(0).randn(100))
train_y = 5 + (2 * train_x + noise * 0.33)


def model(X, M, B):
    return (X * M) + B


W0 = torch.zeros((), dtype=torch.float64, requires_grad=True)
W1 = torch.zeros((), dtype=torch.float64, requires_grad=True)
for _ in range(100):  # epochs
    for x, y in zip(train_x, train_y):
        mse = torch.mean(torch.square(model(x, W0, W1) - y))
        mse.backward()
        with torch.no_grad():
            W0 -= W0.grad * 0.01
            W1 -= W1.grad * 0.01
        W0.grad = W1.grad = None  # backward() would add to what is there
print(round(W0.item(), 6), round(W1.item(), 6))
