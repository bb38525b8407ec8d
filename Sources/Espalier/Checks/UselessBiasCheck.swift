import EspalierHost
import EspalierLayers
import EspalierProtocols

/// Batch normalization takes away the offsets that the layer before it learns.
struct UselessBiasCheck: ConfigurationCheck {
  static let reads: Set<String> = ["model"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    run.layerPairs.compactMap { first, second in
      guard second.plugin is BatchNorm,
        (first.plugin as? Dense)?.bias == true || (first.plugin as? Conv2D)?.bias == true
      else { return nil }
      return run.diagnostic(
        .uselessBias, "\(second.name) takes the bias of \(first.name) away again",
        atPath: first.path, label: "write `bias: false`",
        notes: [.init("the normalization", at: run.place(ofPath: second.path))])
    }
  }
}
