import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct DenseTests {
  @Test func agreesWithReference() throws {
    for reference in try Oracle.cases("layers/linear") {
      try compare(
        reference,
        Dense(Int(reference.number("out_features")!), bias: reference.flag("bias")!))
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Dense(3, activation: Rectifier()), [4, 5])
    try checkSlopes(Dense(2, bias: false), [2, 3, 4])
  }

  @Test func namesRolesAndShapes() throws {
    let (shape, variables) = try record(Dense(6), [4, 3])
    #expect(shape == [4, 6])
    #expect(variables.variables.map(\.name) == ["dense_1.weight", "dense_1.bias"])
    #expect(variables["dense_1.weight"]?.shape == [6, 3])
    #expect(variables["dense_1.weight"]?.role == .weight)
    #expect(variables["dense_1.bias"]?.role == .bias)
  }

  @Test func actsOnTheLastAxis() throws {
    #expect(try record(Dense(6), [4, 5, 3]).shape == [4, 5, 6])
  }

  @Test func samplesWithoutFeaturesAreRefused() {
    #expect(refuses(Dense(2), [4], "dense takes samples"))
  }

  @Test func weightsBeginAsTheActivationNeeds() throws {
    func deviation(_ layer: Dense) throws -> (deviation: Double, largest: Double) {
      let weight = try #require(try record(layer, [1, 100]).variables["dense_1.weight"])
      let values = try weight.initialValues(seed: 3, folder: ".").map { Double($0) }
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      return (square.squareRoot(), values.map(abs).max() ?? 0)
    }
    let he = try deviation(Dense(200, activation: Rectifier()))
    #expect(abs(he.deviation - (2.0 / 100).squareRoot()) < 0.005)
    #expect(he.largest > 3 * he.deviation)
    let glorot = try deviation(Dense(200))
    #expect(abs(glorot.deviation - (2.0 / 300).squareRoot()) < 0.003)
    #expect(glorot.largest <= (6.0 / 300).squareRoot())
  }

  @Test func aLearningActivationHasNamesOfItsOwn() throws {
    let variables = try record(Dense(2, activation: Scaled()), [4, 3]).variables
    #expect(
      variables.variables.map(\.name) == [
        "dense_1.weight", "dense_1.bias", "dense_1.scaled.weight",
      ])
  }

  @Test func initializersFillWeightsAndOffsets() throws {
    let layer = Dense(
      2, initializer: VarianceScaling(gain: 0),
      biasInitializer: VarianceScaling(gain: 4, fan: .input))
    let variables = try record(layer, [1, 4]).variables
    #expect(
      try variables["dense_1.weight"]!.initialValues(seed: 1, folder: ".").allSatisfy { $0 == 0 })
    #expect(
      try variables["dense_1.bias"]!.initialValues(seed: 1, folder: ".").contains { $0 != 0 })
  }
}
