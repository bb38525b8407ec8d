"""Writes reference numbers for layers, in the form that oracles/README.md describes.

python make.py, with PyTorch 2.13; computed in float64 on the CPU.
"""
import json
import pathlib
import torch

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent


def grid(tensor):
    """The nearest multiples of 2^-10, so that float32 holds the same numbers."""
    return (tensor * 1024).round() / 1024


def stored(tensor):
    data = [float(f"{value:.12g}") for value in tensor.detach().reshape(-1).tolist()]
    return {"dtype": "float64", "shape": list(tensor.shape), "data": data}


def case(name, number, params, x, parameters, y):
    upstream = grid(torch.randn(y.shape))
    (y * upstream).sum().backward()
    return {
        "id": f"layers/{name}/{number:03}", "name": name, "params": params,
        "inputs": {"x": stored(x)}, "parameters": {k: stored(v) for k, v in parameters.items()},
        "outputs": {"y": stored(y)}, "upstream": {"y": stored(upstream)},
        "gradients": {"x": stored(x.grad)} | {k: stored(v.grad) for k, v in parameters.items()},
        "tolerance": {"f64": {"rtol": 1e-9, "atol": 1e-9}, "f32": {"rtol": 1e-4, "atol": 2e-5}},
    }


def write(name, cases):
    rows = ",\n".join(json.dumps(one) for one in cases)
    text = f'{{"format": 1, "family": "layers", "name": "{name}", "cases": [\n{rows}\n]}}'
    (FOLDER / f"{name}.json").write_text(text + "\n")


def learned(module):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(grid(torch.randn(parameter.shape) * 0.5))
    return dict(module.named_parameters())


def transformer_block():
    cases = []
    for norm_first, activation, causal in [(False, "relu", False), (True, "relu", True), (True, "gelu", False)]:
        torch.manual_seed(len(cases))
        block = torch.nn.TransformerEncoderLayer(
            4, 2, dim_feedforward=6, dropout=0.0, activation=activation, batch_first=True, norm_first=norm_first)
        block.train()
        parameters = learned(block)
        x = grid(torch.randn(2, 3, 4)).requires_grad_()
        mask = torch.nn.Transformer.generate_square_subsequent_mask(3) if causal else None
        y = block(x, src_mask=mask, is_causal=causal)
        params = {
            "heads": 2, "feed_forward": 6, "norm": "pre" if norm_first else "post",
            "activation": activation, "causal": causal}
        cases.append(case("transformer_block", len(cases), params, x, parameters, y))
    write("transformer_block", cases)


def transposed_conv2d():
    cases = []
    shapes = [
        dict(out_channels=3, kernel_size=3),
        dict(out_channels=3, kernel_size=(3, 2), stride=2, padding=1, output_padding=1),
        dict(out_channels=4, kernel_size=2, stride=(1, 3), dilation=2, groups=2, bias=False),
        dict(out_channels=2, kernel_size=1, stride=2),
    ]
    for shape in shapes:
        torch.manual_seed(100 + len(cases))
        layer = torch.nn.ConvTranspose2d(2, **shape)
        parameters = learned(layer)
        x = grid(torch.randn(2, 2, 4, 3)).requires_grad_()
        params = {
            "filters": layer.out_channels, "kernel": list(layer.kernel_size), "stride": list(layer.stride),
            "padding": list(layer.padding), "output_padding": list(layer.output_padding),
            "dilation": list(layer.dilation), "groups": layer.groups, "bias": layer.bias is not None}
        cases.append(case("transposed_conv2d", len(cases), params, x, parameters, layer(x)))
    write("transposed_conv2d", cases)


def bidirectional():
    cases = []
    for cell, sequence in [("gru", False), ("gru", True), ("lstm", False), ("lstm", True)]:
        make = torch.nn.GRU if cell == "gru" else torch.nn.LSTM
        torch.manual_seed(200 + len(cases))
        layer = make(2, 3, batch_first=True, bidirectional=True)
        parameters = learned(layer)
        x = grid(torch.randn(2, 4, 2)).requires_grad_()
        states = layer(x)[0]
        # Each direction's own last state: of the one that reads backwards it stands at the first step.
        y = states if sequence else torch.cat([states[:, -1, :3], states[:, 0, 3:]], dim=1)
        cases.append(case(
            "bidirectional", len(cases), {"cell": cell, "sequence": sequence}, x,
            parameters, y))
    write("bidirectional", cases)


transformer_block()
transposed_conv2d()
bidirectional()
