import EspalierHost
import EspalierLayers
import EspalierProtocols

/// Two dense layers with nothing between them are one.
struct NothingBetweenCheck: ConfigurationCheck {
  static let reads: Set<String> = ["model"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    run.layerPairs.compactMap { first, second in
      guard first.plugin is Dense, second.plugin is Dense else { return nil }
      return run.diagnostic(
        .nothingBetween,
        "no activation stands between these dense layers: they compute what one could",
        atPath: first.path, label: "give it an activation, such as relu",
        notes: [.init("the next one", at: run.place(ofPath: second.path))])
    }
  }
}
