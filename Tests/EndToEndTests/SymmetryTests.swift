import Espalier
import EspalierReferences
import Testing

extension EndToEnd {
  /// A network whose units begin alike stays so, and ends where PyTorch's does.
  @Suite struct SymmetryTests {
    @Test(arguments: try Oracle.cases("gradients/symmetry"))
    func unitsStayAlike(_ reference: OracleCase) throws {
      func rows(_ name: String) throws -> [[Float]] {
        let array = try #require(reference.inputs[name])
        let width = array.shape[1]
        return (0..<array.shape[0]).map { row in
          (0..<width).map { Float(array.values[row * width + $0]) }
        }
      }
      let start = Constant(Float(try #require(reference.number("constant"))))
      let run = try Run("symmetry") {
        InMemory(features: try rows("x"), values: try rows("y"))
        SplitSettings(validation: 0)
        Model {
          Dense(4, activation: Tanh(), initializer: start, biasInitializer: start).named("fc1")
          Dense(2, initializer: start, biasInitializer: start).named("fc2")
        }
        MeanSquaredError()
        SGD(learningRate: try #require(reference.number("lr")))
        TrainingSettings(epochs: try #require(reference.integers("steps"))[0], batchSize: 6)
      }
      run.options.writesFolder = false
      var found: [String: [Double]] = [:]
      run.on(.batchEnd) { found["loss"] = [$0.batchLoss] }
      run.on(.runEnd) { state in
        for name in state.parameterNames {
          found[name] = try state.parameter(name).map { Double($0) }
        }
      }
      try run.fit()
      #expect(Set(found.keys) == Set(reference.outputs.keys))
      for (name, expected) in reference.outputs {
        let own = try #require(found[name])
        let difference = reference.difference(
          name, .init(expected.shape, own), expected, precision: .single)
        #expect(difference == nil, "\(reference.id): \(difference ?? "")")
      }
      let weights = try #require(found["fc1.weight"])
      #expect((3..<12).allSatisfy { weights[$0] == weights[$0 % 3] })
    }
  }
}
