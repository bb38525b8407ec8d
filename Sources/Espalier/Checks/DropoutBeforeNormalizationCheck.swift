import EspalierHost
import EspalierLayers
import EspalierProtocols

/// Dropout right before batch normalization makes the statistics of training unfit for inference.
struct DropoutBeforeNormalizationCheck: ConfigurationCheck {
  static let reads: Set<String> = ["model"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    run.layerPairs.compactMap { first, second in
      guard let dropout = first.plugin as? Dropout, dropout.rate > 0, second.plugin is BatchNorm
      else { return nil }
      return run.diagnostic(
        .dropoutBeforeNormalization,
        "\(second.name) learns a variance that \(first.name) gives in training alone",
        atPath: first.path, label: "put it behind the normalization",
        notes: [.init("the normalization", at: run.place(ofPath: second.path))])
    }
  }
}
