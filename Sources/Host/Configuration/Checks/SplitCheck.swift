import EspalierProtocols

/// The shares for validation and test must leave something to train on; a fold must be one of those there are.
struct SplitCheck: ConfigurationCheck {
  static let reads: Set<String> = ["data"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    if let folds = run.data.split.folds { return checkFolds(folds, run) }
    let validation = run.data.validationSource == nil ? run.data.split.validation : 0
    let test = run.data.testSource == nil ? run.data.split.test : 0
    guard validation + test >= 1 else { return [] }
    let place = run.place(ofPath: "data.split.validation")
    let shares = ConfigValue.format(validation) + " and " + ConfigValue.format(test)
    return [
      run.diagnostic(
        .nothingToTrainOn,
        "validation and test take \(shares) of the samples, so none are left to train on",
        atPath: "data.split.test", label: "together they must stay below 1",
        notes: place.map { [.init("the share for validation", at: $0)] } ?? [])
    ]
  }

  private func checkFolds(_ folds: Int, _ run: RunConfiguration) -> [Diagnostic] {
    if run.data.validationSource != nil {
      return [
        run.diagnostic(
          .foldWithoutPlace,
          "validation samples have a source of their own, so no fold is for them",
          atPath: "data.split.folds", label: "leave `folds` or `data.validation_source` out")
      ]
    }
    if run.data.split.fold > folds {
      return [
        run.diagnostic(
          .foldWithoutPlace,
          "there are \(folds) folds, so fold \(run.data.split.fold) is none of them",
          atPath: "data.split.fold", label: "1 … \(folds)")
      ]
    }
    guard run.data.split.repetition > 1, !run.data.split.shuffle else { return [] }
    return [
      run.diagnostic(
        .foldWithoutPlace, "without shuffling, every repetition has the same folds",
        atPath: "data.split.repetition", label: "leave it out, or let the samples be shuffled")
    ]
  }
}
