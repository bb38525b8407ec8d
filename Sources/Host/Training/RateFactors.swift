import EspalierProtocols

/// By how much the learning rates of parameters differ from the one that the schedule gives.
///
/// The factors of all patterns that fit a parameter are multiplied, and so is that of what was loaded.
package struct RateFactors {
  private let patterns: [(text: String, factor: Double)]
  private let isLoaded: (Variable) -> Bool
  private let loaded: Double

  /// The same rate for all.
  package init() {
    patterns = []
    isLoaded = { _ in false }
    loaded = 1
  }

  /// - Parameter isLoaded: whether a parameter was loaded from a trained model.
  init(_ configuration: RunConfiguration, isLoaded: @escaping (Variable) -> Bool) {
    patterns = configuration.training.learningRateFactors.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value) }
    self.isLoaded = isLoaded
    loaded = configuration.startFrom.path == nil ? 1 : configuration.startFrom.learningRateFactor
  }

  /// Where the factors stand in a config; `nil` where all parameters have one rate.
  var path: String? {
    if !patterns.isEmpty { return "training.learning_rate_factors" }
    return loaded == 1 ? nil : "start_from.learning_rate_factor"
  }

  func factor(of variable: Variable) -> Double {
    if path == nil { return 1 }
    let own = patterns.reduce(1) { product, pattern in
      NamePattern.any(of: [pattern.text], fits: variable.name) ? product * pattern.factor : product
    }
    return loaded != 1 && isLoaded(variable) ? own * loaded : own
  }

  /// Shares variables out by their factors, in the order of their first ones.
  func parts(_ variables: [Variable]) -> [(factor: Double, members: [Variable])] {
    if path == nil { return [(1, variables)] }
    var parts: [(factor: Double, members: [Variable])] = []
    for variable in variables {
      let factor = factor(of: variable)
      if let known = parts.firstIndex(where: { $0.factor == factor }) {
        parts[known].members.append(variable)
      } else {
        parts.append((factor, [variable]))
      }
    }
    return parts
  }
}
