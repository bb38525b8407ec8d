#!/usr/bin/env python3
"""Writes operators.onnx, a graph of every operator that Espalier exports, and operators.json, what onnxruntime
computes with it: the measure of Espalier's own interpreter.

  python3 Tests/Fixtures/onnx/make.py

Needs numpy, onnx and onnxruntime (1.31 wrote the file that is committed).
"""

import json
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = numpy.random.default_rng(5)
nodes, initializers, outputs = [], [], []


def fixed(name, values):
  initializers.append(numpy_helper.from_array(values, name))
  return name


def integers(name, *values):
  return fixed(name, numpy.array(values, numpy.int64))


def add(name, kind, inputs, type=TensorProto.FLOAT, **attributes):
  nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
  outputs.append(helper.make_tensor_value_info(name, type, None))


x = random.normal(size=(2, 3, 4)).astype(numpy.float32)
x[0, 1, 2] = numpy.nan
y = random.normal(size=(2, 3, 4)).astype(numpy.float32)
image = random.normal(size=(2, 4, 5, 6)).astype(numpy.float32)
inputs = {"x": x, "y": y, "image": image}
fixed("row", random.normal(size=(4,)).astype(numpy.float32))
fixed("column", random.normal(size=(3, 1)).astype(numpy.float32))
fixed("one", numpy.array(1, numpy.float32))

for kind in ["Neg", "Abs", "Sign", "Exp", "Tanh", "Sigmoid", "Erf", "Sin", "Cos", "Floor", "Identity"]:
  add(kind.lower(), kind, ["y"])
add("positive", "Abs", ["y"])
for kind in ["Log", "Sqrt", "Reciprocal"]:
  add(kind.lower(), kind, ["positive"])
for kind in ["Add", "Sub", "Mul", "Div", "Max", "Min"]:
  add(kind.lower(), kind, ["y", "row"])
  add(kind.lower() + "_stretched", kind, ["row", "column"])
add("pow", "Pow", ["positive", "row"])
for kind in ["Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal"]:
  add(kind.lower() + "_flag", kind, ["x", "row"], TensorProto.BOOL)
  add(kind.lower() + "_number", "Cast", [kind.lower() + "_flag"], to=TensorProto.FLOAT)
add("isnan", "IsNaN", ["x"], TensorProto.BOOL)
add("isinf", "IsInf", ["log"], TensorProto.BOOL)
add("or", "Or", ["isnan", "less_flag"], TensorProto.BOOL)
add("not", "Not", ["or"], TensorProto.BOOL)
add("where", "Where", ["isnan", "row", "x"])
add("whole", "Cast", ["y"], TensorProto.INT64, to=TensorProto.INT64)
add("flag", "Cast", ["floor"], TensorProto.BOOL, to=TensorProto.BOOL)
integers("axes_0_2", 0, 2)
add("reducesum", "ReduceSum", ["y", "axes_0_2"], keepdims=1)
add("reducemax", "ReduceMax", ["y"], axes=[1], keepdims=1)
add("argmax", "ArgMax", ["y"], TensorProto.INT64, axis=1, keepdims=0)
add("argmax_kept", "ArgMax", ["y"], TensorProto.INT64, axis=-1, keepdims=1)

add("shape", "Shape", ["image"], TensorProto.INT64)
add("reshape", "Reshape", ["y", integers("to", 4, -1)])
add("transpose", "Transpose", ["image"], perm=[0, 2, 3, 1])
add("expand", "Expand", ["column", integers("stretched", 2, 3, 4)])
add("expand_ones", "Expand", ["y", integers("ones", 1, 3, 1)])
add(
  "slice", "Slice",
  ["image", integers("starts", 1, 0, 1), integers("ends", 4, 1 << 62, 6), integers("axes", 2, 1, 3),
   integers("steps", 2, 1, 3)],
)
add("pad", "Pad", ["y", integers("pads", 0, 1, 2, 1, 0, 3)])
add("pad_one", "Pad", ["y", "pads", "one"])
add("concat", "Concat", ["y", "add", "expand"], axis=1)
fixed("table", random.normal(size=(5, 2)).astype(numpy.float32))
fixed("rows", numpy.array([[4, 0, 4], [1, 2, 3]], numpy.int64))
add("gather", "Gather", ["table", "rows"], axis=0)

fixed("weights", random.normal(size=(4, 5)).astype(numpy.float32))
fixed("matrices", random.normal(size=(2, 4, 2)).astype(numpy.float32))
add("matmul", "MatMul", ["y", "weights"])
add("matmul_pairs", "MatMul", ["y", "matrices"])
add("flat", "Reshape", ["y", integers("flat_to", 6, 4)])
add("gemm", "Gemm", ["flat", "weights"])
fixed("turned", random.normal(size=(5, 6)).astype(numpy.float32))
add("gemm_turned", "Gemm", ["flat", "turned"], transA=1, transB=1)

fixed("filters", random.normal(size=(6, 2, 3, 2)).astype(numpy.float32))
add("conv", "Conv", ["image", "filters"], kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 2, 1],
    dilations=[1, 2], group=2)
fixed("filters_back", random.normal(size=(4, 3, 3, 2)).astype(numpy.float32))
add("convtranspose", "ConvTranspose", ["image", "filters_back"], kernel_shape=[3, 2], strides=[2, 3],
    pads=[1, 0, 2, 1], dilations=[2, 1], group=2, output_padding=[1, 2])
add("maxpool", "MaxPool", ["image"], kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1])
for included in (0, 1):
  add(f"averagepool_{included}", "AveragePool", ["image"], kernel_shape=[3, 2], strides=[2, 1],
      pads=[1, 0, 1, 1], count_include_pad=included)

ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in inputs.items()]
graph = helper.make_graph(nodes, "operators", ports, outputs, initializers)
model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
folder = pathlib.Path(__file__).parent
onnx.save(model, folder / "operators.onnx")
session = onnxruntime.InferenceSession(str(folder / "operators.onnx"), providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]
results = dict(zip(names, session.run(names, inputs)))


def listed(array):
  values = [None if numpy.isnan(value) else float(value) for value in array.astype(numpy.float64).ravel()]
  return {"shape": list(array.shape), "values": values}


document = {
  "onnxruntime": onnxruntime.__version__,
  "inputs": {name: listed(value) for name, value in inputs.items()},
  "outputs": {name: listed(value) for name, value in results.items()},
}
with open(folder / "operators.json", "w") as file:
  json.dump(document, file)
  file.write("\n")
