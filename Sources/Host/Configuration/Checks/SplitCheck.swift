import EspalierProtocols

/// The shares for validation and test must leave something to train on.
struct SplitCheck: ConfigurationCheck {
  static let reads: Set<String> = ["data"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
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
}
