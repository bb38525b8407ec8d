import EspalierActivations
import EspalierHost
import EspalierLosses
import EspalierProtocols

/// A softmax before cross_entropy, or a sigmoid before binary_cross_entropy, is applied twice.
struct DoubledOutputCheck: ConfigurationCheck {
  static let reads: Set<String> = ["model", "loss"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    guard let last = run.layerChains[0].last else { return [] }
    let isDoubled =
      last.plugin is Softmax && run.loss is CrossEntropy
      || last.plugin is Sigmoid && run.loss is BinaryCrossEntropy
    guard isDoubled else { return [] }
    let loss = run.loss.pluginName
    return [
      run.diagnostic(
        .doubledOutput, "\(loss) applies \(last.name) itself: the model's own is a second one",
        atPath: last.path, label: "leave it out",
        notes: [.init("takes what comes before a \(last.name)", at: run.place(ofPath: "loss"))])
    ]
  }
}
