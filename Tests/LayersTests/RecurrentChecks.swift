import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

/// The names of a cell's parameters in the references, where layers add the number of the layer.
let recurrentNames = Dictionary(
  uniqueKeysWithValues: ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map { ($0, $0 + "_l0") })

/// States as the references give them: all, [time, n, units], and the last one.
func timeFirst(_ states: [Tensor]) -> [String: Tensor] {
  let shape = Shape([1] + states[0].shape.dimensions)
  let steps = states.map { $0.reshaped(to: shape) }
  return ["y": Tensor.concatenate(steps, axis: 0), "h_n": steps.last!]
}

/// Compares a layer with itself begun from states of zeros.
func checkStart(
  _ layer: any Layer, _ x: Evaluation.Array,
  _ last: (Tensor, [Tensor], Scope) throws -> Tensor, state: () -> [Evaluation.Array]
) throws {
  var inputs = ["x": x]
  let zeros = state()
  for (index, array) in zeros.enumerated() { inputs["state\(index)"] = array }
  // Biases that are not zero: a state of zeros still gets those of its product.
  var parameters: [String: [Double]] = [:]
  for variable in try record(layer, x.shape).variables.variables where variable.role == .bias {
    let name = String(variable.name.split(separator: ".").last!)
    parameters[name] = numbers(variable.shape, seed: name.count).values
  }
  let result = try Evaluation.run(inputs: inputs, parameters: parameters) { recorder, tensors in
    let scope = Scope(recorder)
    return [
      "default": try layer(tensors["x"]!, in: scope),
      "given": try last(tensors["x"]!, zeros.indices.map { tensors["state\($0)"]! }, scope),
    ]
  }
  for (a, b) in zip(result["default"]!.values, result["given"]!.values) {
    #expect(abs(a - b) < 1e-12)
  }
  #expect(Set(result["given"]!.values).count > 5)
}

/// The last state is the last of the sequence.
func checkOutputs(_ layer: (RecurrentOutput) -> any Layer) throws {
  let x = numbers([2, 3, 4])
  let last = try run(layer(.last), x)
  let all = try run(layer(.sequence), x)
  try #require(last.shape == [2, 5])
  try #require(all.shape == [2, 3, 5])
  for sample in 0..<2 {
    let start = (sample * 3 + 2) * 5
    #expect(Array(last.values[sample * 5..<sample * 5 + 5]) == Array(all.values[start..<start + 5]))
  }
}

/// Parameters are named, stacked and begun as in PyTorch.
func checkNames(_ layer: any Layer, _ path: String, gates: Int) throws {
  let variables = try record(layer, [2, 3, 4]).variables
  #expect(
    variables.variables.map { "\($0.name) \($0.shape) \($0.role)" } == [
      "\(path).weight_ih_l0 [\(gates * 5)×4] weight",
      "\(path).weight_hh_l0 [\(gates * 5)×5] weight",
      "\(path).bias_ih_l0 [\(gates * 5)] bias", "\(path).bias_hh_l0 [\(gates * 5)] bias",
    ])
  let weights = try variables.variables[0].initialValues(seed: 2, folder: ".")
  let bound = 1 / Float(5).squareRoot()
  #expect(weights.allSatisfy { abs($0) <= bound })
  #expect(weights.contains { abs($0) > bound * 0.9 })
  let recurrent = try variables.variables[1].initialValues(seed: 2, folder: ".")
  #expect(recurrent.allSatisfy { abs($0) <= bound })
  #expect(recurrent.contains { abs($0) > bound * 0.9 })
}
