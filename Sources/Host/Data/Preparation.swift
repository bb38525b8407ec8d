import EspalierProtocols

/// The data of a run, ready to be batched.
package struct PreparedData: Sendable {
  package let training: Part
  package let validation: Part?
  package let test: Part?
  package let transforms: FittedTransforms
  /// What an epoch draws from: the training samples, balanced.
  package var drawn: Part
  /// What the model sees.
  package var description: DataDescription { transforms.output }
}

/// Fits the transforms of a run and applies them.
package enum Preparation {
  /// Samples of a data set, by number.
  package struct Samples: Sendable {
    package let dataset: any Dataset
    package let rows: [Int]

    package init(_ dataset: any Dataset, rows: [Int]? = nil) {
      self.dataset = dataset
      self.rows = rows ?? Array(0..<dataset.count)
    }
  }

  /// What one of the transforms threw; the others are those of data sets and of the host.
  struct Failure: Error, CustomStringConvertible {
    /// Its place among the transforms; `nil` for the one of the targets.
    let position: Int?
    let plugin: any FittedPlugin
    let error: any Error
    var description: String { "\(error)" }
  }

  /// Prepares the parts of one data set.
  package static func prepare(
    _ dataset: any Dataset, split: Split, transforms: [any FittedPlugin] = [],
    target: (any Normalizer)? = nil
  ) throws -> PreparedData {
    func part(_ rows: [Int]) -> Samples? { rows.isEmpty ? nil : Samples(dataset, rows: rows) }
    return try prepare(
      training: Samples(dataset, rows: split.training), validation: part(split.validation),
      test: part(split.test), transforms: transforms, target: target)
  }

  /// Fits transforms in their order, each to the training samples as the ones before it leave them,
  /// and applies them to all parts.
  ///
  /// - Throws: ``PluginError`` when the parts do not fit together, ``Failure`` when a transform cannot be
  ///   fitted, and what data sets throw when they are read.
  package static func prepare(
    training: Samples, validation: Samples?, test: Samples?, transforms plugins: [any FittedPlugin],
    target: (any Normalizer)?
  ) throws -> PreparedData {
    guard !training.rows.isEmpty else { throw PluginError("there are no training samples") }
    let input = training.dataset.description
    for (name, part) in [("validation", validation), ("test", test)] {
      guard let part else { continue }
      try check(part, against: input, name)
    }
    let fittedTarget = try target.map { plugin in
      try naming(plugin, nil) { try fit(plugin, toTargetsOf: training) }
    }
    var steps: [FittedTransforms.Step] = []
    var current = training
    for (position, plugin) in plugins.enumerated() {
      let samples = TrainingSamples(current.dataset, rows: current.rows)
      let transform = try naming(plugin, position) { try plugin.fit(samples) }
      steps.append(.init(plugin: plugin, transform: transform))
      if steps.count < plugins.count {
        // The next one is fitted to what this one made; earlier results are given back.
        let last = FittedTransforms(
          input: current.dataset.description, steps: [steps[steps.count - 1]], target: nil)
        current = Samples(try last.apply(to: current.dataset, rows: current.rows))
      }
    }
    let fitted = FittedTransforms(input: input, steps: steps, target: fittedTarget)
    let trainingPart: Part
    if let last = steps.last, steps.count > 1 {
      // All steps but the last are applied already.
      let final = FittedTransforms(
        input: current.dataset.description, steps: [last], target: fittedTarget)
      trainingPart = try final.apply(to: current.dataset, rows: current.rows)
    } else {
      trainingPart = try fitted.apply(to: training.dataset, rows: training.rows)
    }
    return PreparedData(
      training: trainingPart,
      validation: try validation.map { try fitted.apply(to: $0.dataset, rows: $0.rows) },
      test: try test.map { try fitted.apply(to: $0.dataset, rows: $0.rows) },
      transforms: fitted, drawn: trainingPart)
  }

  private static func naming<Result>(
    _ plugin: any FittedPlugin, _ position: Int?, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let known as ConfigurationProblems {
      // The samples could not be read, which is not the transform's fault.
      throw known
    } catch {
      throw Failure(position: position, plugin: plugin, error: error)
    }
  }

  private static func check(
    _ part: Samples, against training: DataDescription, _ name: String
  ) throws {
    let found = part.dataset.description
    guard !part.rows.isEmpty else { throw PluginError("there are no \(name) samples") }
    guard found.sampleShape == training.sampleShape else {
      throw PluginError(
        "\(name) samples have shape \(found.sampleShape), training samples \(training.sampleShape)")
    }
    guard found.target == training.target else {
      throw PluginError("\(name) samples have other targets than training samples")
    }
  }

  private static func fit(
    _ normalizer: any Normalizer, toTargetsOf samples: Samples
  ) throws -> FittedTransforms.Step {
    guard case .values(let names) = samples.dataset.description.target else {
      throw PluginError("targets are normalized in regression only; these are classes")
    }
    let all = try samples.dataset.allTargets()
    let dataset = try ArrayDataset(
      DataDescription(sampleShape: [names.count], featureNames: names, target: .none),
      features: all, targets: [])
    let transform = try normalizer.fit(TrainingSamples(dataset, rows: samples.rows))
    guard transform.outputShape == [names.count] else {
      throw PluginError("it changes the number of targets")
    }
    var nothing: [Float] = []
    guard nothing.withUnsafeMutableBufferPointer({ transform.invert($0, count: 0) }) else {
      throw PluginError(
        "it cannot be undone, so predictions could not be brought back",
        remedy: "standardize, center, min_max, max_abs and robust can")
    }
    return .init(plugin: normalizer, transform: transform)
  }
}
