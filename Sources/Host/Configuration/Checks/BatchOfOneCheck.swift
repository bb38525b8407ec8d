import EspalierProtocols

/// Normalization over a batch of one sample gives nothing but zeros.
struct BatchOfOneCheck: ConfigurationCheck {
  static let reads: Set<String> = ["model", "training"]
  private static let names: Set<String> = ["batch_norm"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    guard run.training.batchSize == 1,
      let layer = run.modelPlugins.first(where: { BatchOfOneCheck.names.contains($0.name) })
    else { return [] }
    return [
      run.diagnostic(
        .batchOfOne, "with a batch of one sample, \(layer.name) makes every output zero",
        atPath: "training.batch_size", label: "take at least 2, better 16 or more",
        notes: [.init("it needs several samples at once", at: run.place(ofPath: layer.path))])
    ]
  }
}
