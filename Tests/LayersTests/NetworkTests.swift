import EspalierConformance
import EspalierLayers
import EspalierProtocols
import Testing

/// Layers together, optimized and by the reference.
@Suite struct NetworkTests {
  private let network: [any Layer] = [
    Conv2D(4, kernel: 3, padding: .same, activation: Rectifier()),
    BatchNorm(),
    MaxPool(2),
    Residual(
      [Conv2D(6, kernel: 3, padding: .same, bias: false), BatchNorm()], activation: Rectifier()),
    AveragePool(2, stride: 1, padding: .same, countsPadding: false),
    Dropout(0.3),
    Flatten(),
    LayerNorm(),
    Dense(5, activation: Scaled()),
    Reshape([5, 1]),
    GlobalAveragePool(),
  ]

  @Test(arguments: [true, false]) func optimizedExecutionAgrees(training: Bool) throws {
    try Evaluation.checkBackends(
      inputs: ["x": numbers([3, 2, 6, 6])], settings: .init(isTraining: training, step: 5),
      relative: 1e-4, absolute: 1e-4
    ) { recorder, tensors in
      let y = try Scope(recorder).apply(network.dropLast(), to: tensors["x"]!)
      var results = ["y": y]
      let learned = recorder.variables.learned
      let gradients = square(y).sum().gradients(for: learned.map { recorder.value(of: $0) })
      for (variable, gradient) in zip(learned, gradients) { results[variable.name] = gradient }
      return results
    }
  }

  @Test func stepsTellWhatHappenedToTheShape() throws {
    let recorder = Recorder()
    _ = try Scope(recorder).apply(network, to: recorder.input("x", [3, 2, 6, 6]))
    #expect(
      recorder.layers.filter { !$0.path.contains(".") }.map { "\($0.path) \($0.output)" } == [
        "conv2d_1 [3×4×6×6]", "batch_norm_1 [3×4×6×6]", "max_pool_1 [3×4×3×3]",
        "residual_1 [3×6×3×3]", "average_pool_1 [3×6×3×3]", "dropout_1 [3×6×3×3]",
        "flatten_1 [3×54]", "layer_norm_1 [3×54]", "dense_1 [3×5]", "reshape_1 [3×5×1]",
        "global_average_pool_1 [3×5]",
      ])
  }
}
