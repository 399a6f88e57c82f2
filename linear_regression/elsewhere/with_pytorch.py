"""The line of the tutorial with PyTorch, which keeps a record for the gradients."""

import numpy as np
import torch

train_x = torch.linspace(0, 1, 100, dtype=torch.float64)
train_y = 5 + (2 * train_x + torch.tensor(np.random.RandomState(0).randn(100)) * 0.33)


def update(W0, W1, X, Y):
    y = (X * W0) + W1
    mse = torch.mean(torch.square(y - Y))
    mse.backward()
    with torch.no_grad():
        W0 -= W0.grad * 0.01
        W1 -= W1.grad * 0.01
    W0.grad = W1.grad = None  # backward() would add to what is there


W0 = torch.zeros((), dtype=torch.float64, requires_grad=True)
W1 = torch.zeros((), dtype=torch.float64, requires_grad=True)
for _ in range(100):  # epochs
    for x, y in zip(train_x, train_y):
        update(W0, W1, x, y)
print(round(W0.item(), 6), round(W1.item(), 6))
