"""The models in JAX, without another library: images are [batch, row, column, channel]."""

import jax
import jax.numpy as jnp
from jax import lax


class Layers:
    """Makes parameters when a model is first called, and hands them out in the same order afterwards."""

    def __init__(self, parameters=None, running=None, key=None):
        self.key = jax.random.key(0) if key is None else key
        self.makes = parameters is None
        self.parameters, self.running = [], []
        self.given = iter(parameters or ())
        self.given_running = iter(running or ())

    def random(self):
        self.key, own = jax.random.split(self.key)
        return own

    def weight(self, shape, inputs):
        value = (jax.random.normal(self.random(), shape) * (2 / inputs) ** 0.5 if self.makes
                 else next(self.given))
        self.parameters.append(value)
        return value

    def constant(self, shape, number):
        value = jnp.full(shape, number, jnp.float32) if self.makes else next(self.given)
        self.parameters.append(value)
        return value

    def dense(self, x, units, bias=True):
        x = x @ self.weight((x.shape[-1], units), x.shape[-1])
        return x + self.constant((units,), 0) if bias else x

    def convolution(self, x, filters, size=3, stride=1, padding="SAME", bias=False):
        inputs = x.shape[-1]
        kernel = self.weight((size, size, inputs, filters), inputs * size * size)
        # The same rows and columns as PyTorch's padding of 1 takes with a stride of 2.
        if padding == "SAME":
            padding = [(size // 2, size // 2)] * 2
        x = lax.conv_general_dilated(
            x, kernel, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return x + self.constant((filters,), 0) if bias else x

    def batch_norm(self, x):
        channels = x.shape[-1]
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axes), x.var(axes)
        scale, shift = self.constant((channels,), 1), self.constant((channels,), 0)
        old = ((jnp.zeros(channels), jnp.ones(channels)) if self.makes
               else (next(self.given_running), next(self.given_running)))
        count = x.size // channels
        self.running += [0.9 * old[0] + 0.1 * mean, 0.9 * old[1] + 0.1 * variance * count / (count - 1)]
        return (x - mean) * lax.rsqrt(variance + 1e-5) * scale + shift

    def layer_norm(self, x):
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        scale = self.constant((x.shape[-1],), 1)
        return (x - mean) * lax.rsqrt(variance + 1e-5) * scale + self.constant((x.shape[-1],), 0)


def initialize(model, x):
    layers = Layers()
    model(layers, x)
    return layers.parameters, layers.running


def apply(model, parameters, running, key, x):
    layers = Layers(parameters, running, key)
    return model(layers, x), [lax.stop_gradient(r) for r in layers.running]


def mlp(*widths):
    def model(net, x):
        for units in widths[:-1]:
            x = jax.nn.relu(net.dense(x, units))
        return net.dense(x, widths[-1])
    return model


def cnn(net, x):
    x = jax.nn.relu(net.convolution(x, 32, padding="VALID", bias=True))
    x = jax.nn.relu(net.convolution(x, 64, padding="VALID", bias=True))
    x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = jnp.where(jax.random.bernoulli(net.random(), 0.75, x.shape), x / 0.75, 0)
    x = jax.nn.relu(net.dense(x.reshape(x.shape[0], -1), 128))
    return net.dense(x, 10)


def resnet20(net, x):
    x = jax.nn.relu(net.batch_norm(net.convolution(x, 16)))
    for filters in [16] * 3 + [32] * 3 + [64] * 3:
        stride = 1 if filters == x.shape[-1] else 2
        y = jax.nn.relu(net.batch_norm(net.convolution(x, filters, stride=stride)))
        y = net.batch_norm(net.convolution(y, filters))
        if stride == 2:
            x = net.batch_norm(net.convolution(x, filters, size=1, stride=2))
        x = jax.nn.relu(x + y)
    return net.dense(x.mean((1, 2)), 10)


def deep(net, x):
    for _ in range(30):
        x = jax.nn.relu(net.batch_norm(net.dense(x, 128, bias=False)))
    return net.dense(x, 10)


def lstm(net, x):
    units = 128
    gates = net.dense(x, 4 * units).swapaxes(0, 1)  # of all steps at once
    gates = gates + net.constant((4 * units,), 0)  # two biases that are added, as the others have
    w = net.weight((units, 4 * units), units)

    def step(carry, gate):
        h, c = carry
        i, f, g, o = jnp.split(gate + h @ w, 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    zeros = jnp.zeros((x.shape[0], units))
    (h, _), _ = lax.scan(step, (zeros, zeros), gates, unroll=4)
    return net.dense(h, 10)


def encoder(net, x):
    batch, tokens, width = x.shape
    for _ in range(2):
        q, k, v = net.dense(x, 3 * width).reshape(batch, tokens, 3, 4, width // 4).transpose(2, 0, 3, 1, 4)
        shares = jax.nn.softmax(q @ k.swapaxes(-1, -2) * (width // 4) ** -0.5)
        y = (shares @ v).transpose(0, 2, 1, 3).reshape(batch, tokens, width)
        x = net.layer_norm(x + net.dense(y, width))
        y = net.dense(jax.nn.gelu(net.dense(x, 4 * width), approximate=False), width)
        x = net.layer_norm(x + y)
    return net.dense(x.mean(1), 10)


MODELS = {
    "w1": mlp(64, 10),
    "w2": mlp(512, 512, 10),
    "w3": mlp(2048, 2048, 2048, 10),
    "w4": cnn,
    "w5": resnet20,
    "w6": deep,
    "w7": lstm,
    "w8": encoder,
}
