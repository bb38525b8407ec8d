import EspalierActivations
import EspalierHost
import EspalierLayers
import EspalierProtocols

/// Maxout needs a multiple of its pieces before it.
struct MaxoutPiecesCheck: ConfigurationCheck {
  static let reads: Set<String> = ["model"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    run.layerPairs.compactMap { first, second in
      guard let maxout = second.plugin as? Maxout,
        let made = (first.plugin as? Dense)?.units ?? (first.plugin as? Conv2D)?.filters,
        !made.isMultiple(of: maxout.pieces)
      else { return nil }
      let next = (made / maxout.pieces + 1) * maxout.pieces
      return run.diagnostic(
        .piecesDoNotDivide,
        "\(first.name) makes \(made) outputs, which are no groups of \(maxout.pieces)",
        atPath: second.path, label: "\(next) outputs would give \(next / maxout.pieces)",
        notes: [.init("makes \(made)", at: run.place(ofPath: first.path))])
    }
  }
}
