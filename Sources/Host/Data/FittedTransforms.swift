import EspalierProtocols

/// The transforms of a run, fitted to its training samples: what prediction applies unchanged.
package struct FittedTransforms: Sendable {
  package struct Step: Sendable {
    package let plugin: any FittedPlugin
    package let transform: any Transform
  }

  package init(input: DataDescription, steps: [Step], target: Step?) {
    self.input = input
    self.steps = steps
    self.target = target
  }

  /// What the source gave.
  package let input: DataDescription
  /// In the order of their application.
  package let steps: [Step]
  /// The change of the targets in regression.
  package let target: Step?

  /// What the model sees.
  package var output: DataDescription { description(after: steps.count) }

  /// What samples are after the first steps.
  private func description(after count: Int) -> DataDescription {
    var result = input
    for step in steps.prefix(count) {
      result = step.transform.description(after: result)
      result.sampleShape = step.transform.outputShape
      result.target = input.target
      guard step.plugin is any Projection else { continue }
      // Components of a projection are none of the named features.
      result.featureNames = []
      result.categories = [:]
    }
    return result
  }

  /// Number of cleaners, which stand first.
  private var cleanerCount: Int { steps.prefix { $0.plugin is any Cleaner }.count }

  /// Numbers of the largest sample on the way.
  private var widest: Int {
    steps.reduce(input.sampleShape.count) { max($0, $1.transform.outputShape.count) }
  }

  /// Samples of a data set after all transforms, in memory as far as there is room; or, where there are no
  /// transforms and the data are not in memory already, as they are.
  ///
  /// - Parameters:
  ///   - rows: numbers of the samples; all unless given.
  ///   - cleaned: the number of steps after which no value may be missing or infinite; the cleaners
  ///     unless given, −1 for none.
  ///   - budget: how much may be held in memory; what is more is transformed whenever it is read.
  /// - Throws: ``UnusableValue`` for one that is, and what the data set throws.
  package func apply(
    to dataset: any Dataset, rows: SampleNumbers? = nil, cleaned: Int? = nil,
    budget: MemoryBudget = MemoryBudget()
  ) throws -> Part {
    guard dataset.description.sampleShape == input.sampleShape else {
      throw PluginError(
        "samples have shape \(dataset.description.sampleShape), the training data had "
          + "\(input.sampleShape)")
    }
    let rows = rows ?? SampleNumbers(0..<dataset.count)
    let targetDescription = dataset.description.target
    let active = steps.indices.filter { !(steps[$0].transform is Unchanged) }
    let lacks = (dataset as? any KnowsMissingFeatures)?.hasMissingFeatures ?? nil
    if active.isEmpty, !(dataset is ArrayDataset), !(dataset is StepResult), lacks != true {
      return Part(
        dataset, rows: rows, targets: try targets(of: dataset, rows: rows),
        weights: try weights(of: dataset, rows: rows))
    }
    let cleaned = cleaned ?? cleanerCount
    let checkpoint = cleaned < 0 ? -1 : active.count { $0 < cleaned }
    let checkedDescription = description(after: max(cleaned, 0))
    let cleaners = steps.prefix(max(cleaned, 0)).map(\.plugin.pluginName)
    guard budget.holds(rows.count, size: output.sampleShape.count) else {
      var check: StreamedSamples.Check?
      let isChecked = (dataset as? StreamedSamples)?.check?.pass.isComplete ?? false
      if checkpoint >= 0, !isChecked, checkpoint > 0 || lacks != false {
        check = .init(
          position: checkpoint, description: checkedDescription, cleaners: cleaners,
          place: { dataset.place(of: $0) ?? "sample \($0)" },
          pass: CheckedPass(last: rows.last ?? 0))
      }
      return try streamed(dataset, rows, active, check)
    }
    var description = output
    description.target = targetDescription
    let size = description.sampleShape.count
    let features = AlignedFloats(unfilled: rows.count * size)
    let raw = AlignedFloats(count: rows.count * targetDescription.width)
    let chunk = max(1, min(rows.count, (1 << 18) / max(widest, 1)))
    // Two buffers that the steps fill by turns; the last step writes to its place.
    let scratch = [AlignedFloats(count: chunk * widest), AlignedFloats(count: chunk * widest)]
    for start in stride(from: 0, to: rows.count, by: chunk) {
      let number = min(chunk, rows.count - start)
      let place = features.pointer + start * size
      let targetPlace =
        targetDescription.width > 0 ? raw.pointer + start * targetDescription.width : nil
      func check(_ values: UnsafeMutablePointer<Float>, _ width: Int) throws {
        try ValueChecks.check(
          UnsafeBufferPointer(start: values, count: number * width), checkedDescription,
          after: cleaners
        ) { dataset.place(of: rows[start + $0]) ?? "sample \(rows[start + $0])" }
      }
      var current = active.isEmpty ? place : scratch[0].pointer
      try withUnsafeTemporaryAllocation(of: Int.self, capacity: number) { chosen in
        rows.copy(start..<start + number, to: chosen.baseAddress!)
        try dataset.read(
          UnsafeBufferPointer(chosen), features: current, targets: targetPlace)
      }
      var width = input.sampleShape.count
      for (position, index) in active.enumerated() {
        if position == checkpoint { try check(current, width) }
        let transform = steps[index].transform
        let next = transform.outputShape.count
        let output = position == active.count - 1 ? place : scratch[(position + 1) % 2].pointer
        transform.apply(
          UnsafeBufferPointer(start: current, count: number * width), count: number,
          to: UnsafeMutableBufferPointer(start: output, count: number * next))
        width = next
        current = output
      }
      if active.count == checkpoint { try check(current, width) }
    }
    return Part(
      description, count: rows.count, features: features,
      targets: changed(raw, count: rows.count, targetDescription),
      weights: try weights(of: dataset, rows: rows))
  }

  /// Samples that stay where they are, and are transformed whenever they are read.
  private func streamed(
    _ dataset: any Dataset, _ rows: SampleNumbers, _ active: [Int], _ check: StreamedSamples.Check?
  ) throws -> Part {
    var description = output
    description.target = dataset.description.target
    var change: (any Transform)?
    if let target, description.target.width == target.transform.outputShape.count {
      change = target.transform
    }
    let samples = StreamedSamples(
      base: dataset, description: description, transforms: active.map { steps[$0].transform },
      check: check)
    return Part(
      streaming: samples, rows: rows, changingTargets: change,
      weights: try weights(of: dataset, rows: rows))
  }

  private func weights(of dataset: any Dataset, rows: SampleNumbers) throws -> AlignedFloats? {
    try dataset.allWeights().map { all in AlignedFloats(rows.map { all[$0] }) }
  }

  /// What cleaners leave of training samples by what they were fitted to, which they are not asked about
  /// any other.
  package func remaining(
    of training: Preparation.Samples, budget: MemoryBudget = MemoryBudget()
  ) throws -> SampleNumbers {
    var current = training
    var rows = training.rows
    for (index, step) in steps.prefix(cleanerCount).enumerated() {
      guard let cleaner = step.plugin as? any Cleaner else { continue }
      let exclusion = try cleaner.exclusion(
        from: TrainingSamples(current.dataset, rows: current.rows), fitted: step.transform)
      try exclusion.check(rows.count)
      rows = rows.removing(places: exclusion.samples)
      current = Preparation.Samples(
        current.dataset, rows: current.rows.removing(places: exclusion.samples), path: current.path)
      guard index + 1 < cleanerCount else { break }
      current = try Preparation.apply(step, to: current, checks: false, budget: budget)
    }
    return rows
  }

  private func targets(of dataset: any Dataset, rows: SampleNumbers) throws -> AlignedFloats {
    let width = dataset.description.target.width
    let all = try dataset.allTargets()
    let result = AlignedFloats(count: rows.count * width)
    for (place, row) in rows.enumerated() {
      for part in 0..<width { result.pointer[place * width + part] = all[row * width + part] }
    }
    return changed(result, count: rows.count, dataset.description.target)
  }

  private func changed(
    _ targets: AlignedFloats, count: Int, _ description: TargetDescription
  ) -> AlignedFloats {
    guard let target, description.width == target.transform.outputShape.count else {
      return targets
    }
    let result = AlignedFloats(count: targets.count)
    target.transform.apply(UnsafeBufferPointer(targets.buffer), count: count, to: result.buffer)
    return result
  }

  /// Brings predicted values back to the scale of the data; leaves them where targets were not changed.
  ///
  /// - Parameter count: number of samples.
  package func invertTargets(_ values: UnsafeMutableBufferPointer<Float>, count: Int) {
    guard let target, values.count == count * target.transform.outputShape.count else { return }
    _ = target.transform.invert(values, count: count)
  }
}
