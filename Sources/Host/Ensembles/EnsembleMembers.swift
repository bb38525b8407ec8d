import EspalierProtocols

/// Runs of one config that an ensemble can be made of.
package enum EnsembleMembers {
  /// What makes the members differ.
  package enum Difference: Sendable {
    /// The seed alone: other first weights, batches and noise.
    case seeds
    /// The seed, and training samples drawn with replacement.
    case bagging
  }

  /// The members `FOLDER/member-1`, …; member k has the config's seed plus k − 1, and all keep the config's
  /// split.
  ///
  /// - Parameter load: reads the config.
  package static func members(
    _ count: Int, differingBy difference: Difference, in folder: String, defaults: HostDefaults,
    load: @escaping @Sendable () throws -> RunConfiguration
  ) throws -> [RunSeries.Member] {
    var bootstrap: (any Balancer)?
    if difference == .bagging { bootstrap = try balancers(defaults).bootstrap }
    return (1...count).map { number in
      RunSeries.Member(
        title: "member \(number) of \(count)", folder: "\(folder)/member-\(number)"
      ) { [bootstrap] in
        var configuration = try load()
        configuration.keepSplit()
        configuration.training.seed += number - 1
        if let bootstrap { configuration.data.balance.append(bootstrap) }
        return configuration
      }
    }
  }

  static func balancers(_ defaults: HostDefaults) throws -> EnsembleBalancers {
    guard let balancers = defaults.ensembles else {
      throw RunFailure("this program has no balancers to train members of an ensemble with")
    }
    return balancers
  }
}

extension RunConfiguration {
  /// Another seed of the run leaves the split as it is.
  mutating func keepSplit() {
    if data.split.seed == nil { data.split.seed = training.seed }
  }
}
