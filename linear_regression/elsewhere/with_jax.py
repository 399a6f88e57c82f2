# /// script
# dependencies = ["jax", "numpy"]
# ///
"""The line of the tutorial with JAX, which differentiates and compiles functions."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)  # compute in float64, not in float32
train_x = np.linspace(0, 1, 100)
train_y = 5 + (2 * train_x + np.random.RandomState(0).randn(100) * 0.33)


def mse(W0, W1, X, Y):
    y = (X * W0) + W1
    return jnp.mean(jnp.square(y - Y))


@jax.jit
def update(W0, W1, X, Y):
    gradientW0, gradientW1 = jax.grad(mse, argnums=(0, 1))(W0, W1, X, Y)
    return W0 - gradientW0 * 0.01, W1 - gradientW1 * 0.01


W0 = W1 = jnp.zeros(())
for _ in range(100):  # epochs
    for x, y in zip(train_x, train_y):
        W0, W1 = update(W0, W1, x, y)
print(round(float(W0), 6), round(float(W1), 6))
