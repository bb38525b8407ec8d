"""JAX: a jitted step, and many of them in one `lax.scan`."""

import jax
import jax.numpy as jnp
from jax import lax

from peers import jax_models
from workloads import RATE, STEPS

# Steps of one scan: some tens of milliseconds at least, so that a call's cost vanishes. XLA runs convolutions within a loop
# on one thread, without its fast kernels: w4 takes hundreds of times as long, and is left out as w5 is.
SCAN = {"w1": 1000, "w2": 20, "w3": 3, "w6": 30, "w7": 10, "w8": 4}


def about():
    return f"JAX {jax.__version__}"


def start(threads):
    pass  # XLA takes as many threads as the process may use processors


def adam(parameters):
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.zeros((), jnp.float32))

    def update(parameters, gradients, state):
        m, v, t = state
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradients)
        first, second = 1 - 0.9 ** t, 1 - 0.999 ** t
        parameters = jax.tree.map(
            lambda p, m, v: p - RATE * (m / first) / (jnp.sqrt(v / second) + 1e-8), parameters, m, v)
        return parameters, (m, v, t)

    return state, update


def momentum(parameters):
    def update(parameters, gradients, state):
        state = jax.tree.map(lambda v, g: 0.9 * v + g, state, gradients)
        return jax.tree.map(lambda p, v: p - RATE * v, parameters, state), state

    return jax.tree.map(jnp.zeros_like, parameters), update


def training_step(name):
    workload = STEPS[name]
    model = jax_models.MODELS[name]
    shape = workload.shape
    if len(shape) == 4:  # channels last, which XLA's convolutions on processors want
        shape = (shape[0], *shape[2:], shape[1])
    x = jax.random.normal(jax.random.key(0), shape)
    y = jax.random.randint(jax.random.key(1), (workload.batch,), 0, 10)
    parameters, running = jax_models.initialize(model, x)
    state, update = (adam if workload.optimizer == "adam" else momentum)(parameters)

    def loss(parameters, running, key):
        logits, running = jax_models.apply(model, parameters, running, key, x)
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1).mean(), running

    def step(carry):
        parameters, running, state, key = carry
        key, own = jax.random.split(key)
        (_, running), gradients = jax.value_and_grad(loss, has_aux=True)(parameters, running, own)
        parameters, state = update(parameters, gradients, state)
        return parameters, running, state, key

    return step, (parameters, running, state, jax.random.key(2))


class Step:
    def __init__(self, step, carry):
        self.carry = carry
        self.step = jax.jit(step, donate_argnums=0)

    def __call__(self, steps):
        for _ in range(steps):
            self.carry = self.step(self.carry)
        jax.block_until_ready(self.carry)
        return steps


class Scan(Step):
    def __init__(self, name, step, carry):
        self.count = SCAN[name]
        super().__init__(
            lambda carry: lax.scan(lambda c, _: (step(c), None), carry, length=self.count)[0], carry)

    def __call__(self, steps):
        return self.count * super().__call__(-(-steps // self.count))


def prepare(name, data, without):
    variants, count = {}, None
    if name in STEPS:
        # Each has a carry of its own: a call takes the memory of what it gets.
        if "jit" not in without:
            variants["jit"] = Step(*training_step(name))
        if "scan" not in without and name in SCAN:
            variants["scan"] = Scan(name, *training_step(name))
    for step in variants.values():
        count = sum(p.size for p in jax.tree.leaves(step.carry[0]))
    return variants, [], count
