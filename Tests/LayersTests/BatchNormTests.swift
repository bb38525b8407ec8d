import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct BatchNormTests {
  private let running = ["running_mean": "running_mean", "running_var": "running_var"]

  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/batch_norm", named: ["batch_norm1d", "batch_norm2d"])
    where !reference.expectsError {
      try compare(
        reference, variables: running, training: reference.flag("training")!,
        precision: .doubleWithSingleConstants,
        BatchNorm(
          momentum: Float(reference.number("momentum")!), epsilon: Float(reference.number("eps")!),
          affine: reference.flag("affine")!))
    }
  }

  @Test func runningAveragesFollowTheReference() throws {
    let reference = try #require(
      try Oracle.cases("layers/batch_norm", named: ["batch_norm1d_sequence"]).first)
    var session = Session(parameters: reference.parameters.mapValues(\.values))
    func step(_ input: String, training: Bool) throws -> Evaluation.Array {
      try session.run(
        inputs: ["x": reference.inputs[input]!], settings: .init(isTraining: training)
      ) { ["y": try BatchNorm()($1["x"]!, in: Scope($0))] }["y"]!
    }
    func check(_ name: String, _ found: Evaluation.Array) {
      #expect(
        reference.difference(
          name, found, reference.outputs[name]!, precision: .doubleWithSingleConstants) == nil)
    }
    for number in 0..<3 {
      check("y\(number)", try step("x\(number)", training: true))
      for name in ["running_mean", "running_var"] {
        check("\(name)\(number)", .init([3], session.values[name]!))
      }
    }
    check("y_eval", try step("x_eval", training: false))
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(BatchNorm(), [5, 2])
    try checkSlopes(BatchNorm(activation: Rectifier()), [3, 2, 2, 2])
    try checkSlopes(BatchNorm(affine: false), [3, 2], training: false)
  }

  @Test func namesRolesAndShapes() throws {
    let variables = try record(BatchNorm(), [4, 3, 2, 2]).variables
    #expect(
      Set(variables.variables.map(\.name)) == [
        "batch_norm_1.weight", "batch_norm_1.bias", "batch_norm_1.running_mean",
        "batch_norm_1.running_var",
      ])
    #expect(variables["batch_norm_1.weight"]?.role == .scale)
    #expect(variables["batch_norm_1.bias"]?.role == .bias)
    #expect(variables["batch_norm_1.running_var"]?.role == .statistic)
    #expect(variables.variables.allSatisfy { $0.shape == [3] })
  }

  @Test func aBatchOfOneIsRefusedWithItsReason() throws {
    #expect(refuses(BatchNorm(), [1, 3], "more than one value a feature"))
    #expect(refuses(BatchNorm(), [1, 3, 1, 1], "more than one value a channel"))
    #expect(try record(BatchNorm(), [1, 3, 2, 2]).shape == [1, 3, 2, 2])
    #expect(try record(BatchNorm(), [1, 3], training: false).shape == [1, 3])
  }
}
