import EspalierProtocols

/// Training in the order of the file is seldom meant.
struct ShuffleCheck: ConfigurationCheck {
  static let reads: Set<String> = ["training"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    guard !run.training.shuffle else { return [] }
    return [
      run.diagnostic(
        .notShuffled, "the samples are not shuffled: every epoch has them in the file's order",
        atPath: "training.shuffle",
        label: "if the file is sorted by class, training follows that order")
    ]
  }
}
