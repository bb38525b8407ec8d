import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

/// All gradients of a small convolutional network, against PyTorch's.
@Suite struct WholeNetworkTests {
  private struct Hyperbolic: Activation {
    static let manifest = Manifest("hyperbolic", "tanh")
    func callAsFunction(_ x: Tensor) -> Tensor { tanh(x) }
  }

  @Test func gradients() throws {
    let references = try Oracle.cases("gradients/whole_network")
    #expect(!references.isEmpty)
    let network: [any Layer] = [
      Conv2D(3, kernel: 3, padding: .same).named("conv"),
      BatchNorm(activation: Hyperbolic()).named("bn"),
      AveragePool(2), Flatten(), Dense(3).named("fc"),
    ]
    for reference in references {
      let problems = try reference.differences { recorder, tensors in
        let y = try Scope(recorder).apply(network, to: tensors["x"]!)
        let hits = y.logSoftmax() * tensors["target"]!.oneHot(3)
        return ["logits": y, "loss": -hits.sum() / Float(y.shape[0])]
      }
      #expect(problems.isEmpty, "\(problems)")
    }
  }
}
