import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

/// Runs an optimizer on parameters of its own, in double precision.
struct Harness {
  let optimizer: any Optimizer
  private var session: Session
  private var number = 0
  private let shape: Shape

  init(_ optimizer: any Optimizer, at start: Evaluation.Array) {
    self.optimizer = optimizer
    shape = start.shape
    session = Session(parameters: ["w": start.values])
  }

  var parameter: [Double] { session.values["w"]! }

  mutating func step(_ gradient: [Double], rate: Double? = nil, decays: Bool = true) throws {
    number += 1
    let inputs: [String: Evaluation.Array] = [
      "gradient": .init(shape, gradient), "rate": .init([], [rate ?? optimizer.learningRate]),
      "number": .init([], [Double(number)]),
    ]
    let optimizer = optimizer
    let shape = shape
    _ = try session.run(inputs: inputs) { recorder, tensors in
      let variable = try recorder.variables.declare(
        "w", shape, role: .weight, initial: .constant(0))
      let value = recorder.value(of: variable)
      let step = OptimizerStep(
        rate: tensors["rate"]!, number: tensors["number"]!, decays: decays, parameter: value,
        name: "w")
      recorder.assign(variable, optimizer.update(value, gradient: tensors["gradient"]!, step))
      return [:]
    }
  }
}

/// The gradients that the cases named `given_gradients` feed, and where their parameters begin.
struct GivenGradients {
  /// A set of the fixture with all parameters laid one after another.
  let start: Evaluation.Array
  let steps: [[Double]]
  /// In the order in which they are laid.
  let names: [String]
  let shapes: [Shape]

  init(_ set: String) throws {
    let file = try Oracle.json("optimizers/_given_gradients")
    let parameters = try #require(file["parameters"]?.table)
    names = parameters.keys.sorted()
    let arrays = try names.map { try #require(parameters[$0]?.array) }
    shapes = arrays.map(\.shape)
    let cases = try #require(file["cases"]?.list)
    let chosen = try #require(cases.first { $0["name"]?.text == set })
    let gradients = try names.map { try #require(chosen["gradients"]?[$0]?.array) }
    let count = gradients[0].shape[0]
    steps = (0..<count).map { step in
      gradients.flatMap { gradient -> ArraySlice<Double> in
        let size = gradient.values.count / count
        return gradient.values[step * size..<(step + 1) * size]
      }
    }
    let values = arrays.flatMap(\.values)
    start = .init([values.count], values)
  }
}

/// Follows every case of a file, and says where a parameter leaves the reference's path.
///
/// The arithmetic is in double precision, the rule's constants (β, ε, λ) are in single precision as in
/// any program: what they differ by adds up over 60 steps, so the tolerance is that of single precision.
///
/// - Parameter folder: `../optimizers` for those of this project's own making.
func check(
  _ file: String, named names: Set<String>? = nil,
  where include: (OracleCase) -> Bool = { _ in true },
  precision: OracleCase.Precision = .single, folder: String = "optimizers",
  _ make: (OracleCase) throws -> any Optimizer
) throws {
  let cases = try Oracle.cases(folder + "/" + file, named: names).filter(include)
  #expect(!cases.isEmpty, "no cases in \(file)")
  for reference in cases {
    let optimizer = try make(reference)
    try optimizer.validate()
    let problem =
      reference.other["problem"]?.text == "quadratic"
      ? try checkQuadratic(reference, optimizer, precision)
      : try checkGiven(reference, optimizer, precision)
    #expect(problem == nil, "\(reference.id): \(problem ?? "")")
  }
}

/// The gradient A(w − c) of a quadratic.
func quadraticGradient(_ a: [Double], _ c: [Double], at w: [Double]) -> [Double] {
  c.indices.map { row in
    c.indices.reduce(0) { $0 + a[row * c.count + $1] * (w[$1] - c[$1]) }
  }
}

private func checkQuadratic(
  _ reference: OracleCase, _ optimizer: any Optimizer, _ precision: OracleCase.Precision
) throws -> String? {
  let a = try #require(reference.inputs["A"]).values
  let c = try #require(reference.inputs["c"]).values
  var harness = Harness(optimizer, at: try #require(reference.inputs["w0"]))
  var path: [Double] = []
  let expected = try #require(reference.outputs["w_after_step"])
  for _ in 0..<expected.shape[0] {
    try harness.step(quadraticGradient(a, c, at: harness.parameter))
    path += harness.parameter
  }
  return reference.difference("w", .init(expected.shape, path), expected, precision: precision)
}

private func checkGiven(
  _ reference: OracleCase, _ optimizer: any Optimizer, _ precision: OracleCase.Precision
) throws -> String? {
  let given = try GivenGradients(try #require(reference.other["gradients_set"]?.text))
  var harness = Harness(optimizer, at: given.start)
  let recorded = try #require(reference.outputs["recorded_steps"]).values.map { Int($0) }
  var place = 0
  for (step, gradient) in given.steps.enumerated() {
    try harness.step(gradient)
    guard place < recorded.count, recorded[place] == step + 1 else { continue }
    var offset = 0
    for (name, shape) in zip(given.names, given.shapes) {
      let size = shape.count
      let found = Array(harness.parameter[offset..<offset + size])
      offset += size
      let expected = try #require(reference.outputs[name])
      let row = Array(expected.values[place * size..<(place + 1) * size])
      if let problem = reference.difference(
        "\(name) after step \(step + 1)", .init(shape, found), .init(shape, row),
        precision: precision)
      {
        return problem
      }
    }
    place += 1
  }
  #expect(place == recorded.count)
  return nil
}

/// Whether the config's names of a plugin's parts are as documented.
func partNames(_ plugin: any Plugin) -> [String] { Schema(of: plugin).items.map(\.name) }
