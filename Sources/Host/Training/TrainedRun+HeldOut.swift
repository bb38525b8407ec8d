import EspalierProtocols

extension TrainedRun {
  /// What the model says of samples that it was not trained on, beside what is true of them.
  package struct SplitPredictions: Sendable {
    /// The part of the run's samples that they are from.
    package let split: Split
    /// Samples of that part, of which there may be more than were predicted.
    package let splitCount: Int
    package let predictions: Predictions
    /// count × the target's width, in the units of the data: class numbers, or values.
    package let targets: [Float]
    /// The samples as their source gives them; `nil` where they were not kept.
    fileprivate let originals: Preparation.Samples?
    /// Their places in the split.
    fileprivate let places: [Int]

    /// Samples that were predicted.
    package var count: Int { predictions.count }

    /// What a sample is as its source gives it.
    package var input: DataDescription? { originals?.dataset.description }

    /// Where a sample stands: `flowers.csv: line 14`, or `sample 13`.
    package func place(of sample: Int) -> String {
      guard let originals else { return "sample \(places[sample]) of \(split.rawValue)" }
      return originals.place(of: originals.rows[places[sample]])
    }

    /// The numbers of a sample before all transforms; `nil` where they cannot be read any more.
    package func features(of sample: Int) -> [Float]? {
      guard let originals else { return nil }
      let description = originals.dataset.description
      var features = [Float](repeating: 0, count: description.sampleShape.count)
      var targets = [Float](repeating: 0, count: description.target.width)
      do {
        try [originals.rows[places[sample]]].withUnsafeBufferPointer { rows in
          try features.withUnsafeMutableBufferPointer { features in
            try targets.withUnsafeMutableBufferPointer { targets in
              try originals.dataset.read(
                rows, features: features.baseAddress!,
                targets: targets.isEmpty ? nil : targets.baseAddress)
            }
          }
        }
      } catch { return nil }
      return features
    }
  }

  /// Predicts for the test split, or where there is none, the validation split.
  ///
  /// - Parameter limit: of more samples, as many are taken, evenly spread.
  /// - Returns: `nil` of a run that has neither.
  /// - Throws: ``ConfigurationProblems`` when the run's data cannot be read again, and what data sets throw.
  package func heldOutPredictions(atMost limit: Int) throws -> SplitPredictions? {
    let split: Split
    let part: Part
    let originals: Preparation.Samples?
    if let data {
      guard let found = data.test ?? data.validation else { return nil }
      split = data.test != nil ? .test : .validation
      (part, originals) = (found, data.test != nil ? data.testSamples : data.validationSamples)
    } else {
      let samples = try RunData.split(configuration)
      guard let found = samples.test ?? samples.validation else { return nil }
      split = samples.test != nil ? .test : .validation
      originals = found
      part = try usable {
        try transforms.apply(
          to: found.dataset, rows: found.rows, budget: configuration.data.budget)
      }
    }
    guard part.count > 0 else { return nil }
    let places =
      part.count <= limit || limit < 2
      ? Array(0..<part.count) : (0..<limit).map { $0 * (part.count - 1) / (limit - 1) }
    let chosen =
      places.count == part.count
      ? part : Part(drawing: SampleNumbers(places), from: part, weights: nil)
    let (width, values) = try evaluator.predict(chosen)
    var targets = try chosen.allTargets()
    targets.withUnsafeMutableBufferPointer {
      transforms.invertTargets($0, count: chosen.count)
    }
    return SplitPredictions(
      split: split, splitCount: part.count,
      predictions: Predictions(
        count: chosen.count, width: width, values: values, target: transforms.input.target),
      targets: targets, originals: originals, places: places)
  }
}

extension Preparation.Samples {
  /// The samples, unless what they lie in takes so much memory that it is better given back.
  var ifSmall: Preparation.Samples? {
    guard let array = dataset as? ArrayDataset else { return self }
    return array.features.count <= 1 << 24 ? self : nil
  }
}
