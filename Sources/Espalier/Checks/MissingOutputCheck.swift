import EspalierActivations
import EspalierHost
import EspalierLosses
import EspalierProtocols

/// `negative_log_likelihood` takes logarithms of probabilities, which a model does not end with by itself.
struct MissingOutputCheck: ConfigurationCheck {
  static let reads: Set<String> = ["model", "loss"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    guard run.loss is NegativeLogLikelihood, let last = run.layerChains[0].last,
      !(last.plugin is LogSoftmax)
    else { return [] }
    return [
      run.diagnostic(
        .missingOutput,
        "negative_log_likelihood takes logarithms of probabilities, and \(last.name) gives others",
        atPath: last.path, label: "end with log_softmax, or take the loss cross_entropy",
        notes: [.init("takes what log_softmax gives", at: run.place(ofPath: "loss"))])
    ]
  }
}
