import EspalierProtocols

/// The transforms of a run, fitted to its training samples: what prediction applies unchanged.
package struct FittedTransforms: Sendable {
  package struct Step: Sendable {
    package let plugin: any FittedPlugin
    package let transform: any Transform
  }

  /// What the source gave.
  package let input: DataDescription
  /// In the order of their application.
  package let steps: [Step]
  /// The change of the targets in regression.
  package let target: Step?

  /// What the model sees.
  package var output: DataDescription {
    var result = input
    for step in steps {
      // Components of a projection are none of the named features.
      if step.plugin is any Projection { result.featureNames = [] }
      result.sampleShape = step.transform.outputShape
    }
    return result
  }

  /// Numbers of the largest sample on the way.
  private var widest: Int {
    steps.reduce(input.sampleShape.count) { max($0, $1.transform.outputShape.count) }
  }

  /// Samples of a data set after all transforms, in memory; or, where there are none and the data are
  /// not in memory already, as they are.
  ///
  /// - Parameter rows: numbers of the samples; all unless given.
  package func apply(to dataset: any Dataset, rows: [Int]? = nil) throws -> Part {
    guard dataset.description.sampleShape == input.sampleShape else {
      throw PluginError(
        "samples have shape \(dataset.description.sampleShape), the training data had "
          + "\(input.sampleShape)")
    }
    let rows = rows ?? Array(0..<dataset.count)
    let targetDescription = dataset.description.target
    if steps.isEmpty, !(dataset is ArrayDataset) {
      return Part(
        dataset, rows: rows, targets: try targets(of: dataset, rows: rows),
        weights: try weights(of: dataset, rows: rows))
    }
    var description = output
    description.target = targetDescription
    let size = description.sampleShape.count
    let features = AlignedFloats(count: rows.count * size)
    let raw = AlignedFloats(count: rows.count * targetDescription.width)
    let chunk = max(1, min(rows.count, (1 << 18) / max(widest, 1)))
    // Two buffers that the steps fill by turns; the last step writes to its place.
    let scratch = [AlignedFloats(count: chunk * widest), AlignedFloats(count: chunk * widest)]
    for start in stride(from: 0, to: rows.count, by: chunk) {
      let number = min(chunk, rows.count - start)
      let place = features.pointer + start * size
      let targetPlace =
        targetDescription.width > 0 ? raw.pointer + start * targetDescription.width : nil
      try rows[start..<start + number].withUnsafeBufferPointer { part in
        try dataset.read(
          part, features: steps.isEmpty ? place : scratch[0].pointer, targets: targetPlace)
      }
      var width = input.sampleShape.count
      for (position, step) in steps.enumerated() {
        let next = step.transform.outputShape.count
        let output = position == steps.count - 1 ? place : scratch[(position + 1) % 2].pointer
        step.transform.apply(
          UnsafeBufferPointer(start: scratch[position % 2].pointer, count: number * width),
          count: number, to: UnsafeMutableBufferPointer(start: output, count: number * next))
        width = next
      }
    }
    return Part(
      description, count: rows.count, features: features,
      targets: changed(raw, count: rows.count, targetDescription),
      weights: try weights(of: dataset, rows: rows))
  }

  private func weights(of dataset: any Dataset, rows: [Int]) throws -> AlignedFloats? {
    try dataset.allWeights().map { all in AlignedFloats(rows.map { all[$0] }) }
  }

  private func targets(of dataset: any Dataset, rows: [Int]) throws -> AlignedFloats {
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
    _ = target?.transform.invert(values, count: count)
  }
}
