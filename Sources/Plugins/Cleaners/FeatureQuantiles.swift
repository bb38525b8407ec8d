import EspalierProtocols

/// Quantiles of some features over the training samples, of their finite values.
package enum FeatureQuantiles {
  /// The quantiles of each feature; `nil` for one without a finite value.
  ///
  /// Values are held and put in order as far as they need; of very many, three passes count them.
  ///
  /// - Parameters:
  ///   - shares: of values below each quantile, 0…1.
  ///   - mostHeld: values that may be held.
  package static func find(
    _ samples: TrainingSamples, _ features: [Int], shares: [Double],
    mostHeld: Int = RankedValues.mostHeld
  ) throws -> [[Double]?] {
    guard samples.count > mostHeld / max(features.count, 1) else {
      var columns = try FeatureColumns(samples, features)
      return features.indices.map { column in
        guard !columns.values[column].isEmpty else { return nil }
        return shares.map { columns.quantile($0, ofColumn: column) }
      }
    }
    var groupOf = [Int](repeating: -1, count: samples.width)
    for (place, feature) in features.enumerated() { groupOf[feature] = place }
    return try RankedValues.quantiles(samples, groupOf: groupOf, shares: shares).groups
  }
}
