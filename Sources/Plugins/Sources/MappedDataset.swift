import EspalierFormats
import EspalierProtocols

/// Samples that stay in their file until they are read.
struct MappedDataset: Dataset {
  let description: DataDescription
  let features: StoredArray
  /// Every number is divided by this.
  let divisor: Float
  let targets: [Float]
  /// The file of the features, for messages.
  let file: String
  var count: Int { features.rows }
  func place(of sample: Int) -> String? { "\(file): sample \(sample)" }
  func allTargets() -> [Float] { targets }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features out: UnsafeMutablePointer<Float>,
    targets targetsOut: UnsafeMutablePointer<Float>?
  ) throws {
    let size = features.rowCount
    do { try features.read(rows: rows, to: out) } catch { throw PluginError(error.description) }
    if divisor != 1 {
      for place in 0..<rows.count * size { out[place] /= divisor }
    }
    let width = description.target.width
    guard let targetsOut, width > 0 else { return }
    for (place, row) in rows.enumerated() {
      for part in 0..<width { targetsOut[place * width + part] = targets[row * width + part] }
    }
  }

  /// Joins an array of features with one of targets, as the kind of array files have it.
  ///
  /// - Parameters:
  ///   - features: samples along the first axis.
  ///   - targets: one number or a row of numbers a sample; `nil` for data to predict for.
  ///   - names: the files, in messages.
  ///   - derived: where an array in column-major order that memory does not hold is put into rows.
  static func join(
    features: StoredArray, sampleShape: Shape, divisor: Float, targets: StoredArray?,
    task: TargetTask, names: (features: String, targets: String), context: SourceContext,
    derived: DerivedFiles = .standard
  ) throws -> MappedDataset {
    guard features.rows > 0, features.rowCount > 0 else {
      throw PluginError("\(names.features) has no samples: its shape is \(features.shape)")
    }
    if let expected = context.expected, expected.sampleShape != sampleShape {
      throw PluginError(
        "\(names.features) has samples of shape \(sampleShape), trained was with "
          + "\(expected.sampleShape)")
    }
    let stored =
      context.isTooLarge(features.count) ? rowMajor(features, derived).streamed() : features
    func dataset(_ target: TargetDescription, _ values: [Float]) -> MappedDataset {
      MappedDataset(
        description: DataDescription(
          sampleShape: sampleShape, featureNames: context.expected?.featureNames ?? [],
          target: target),
        features: stored, divisor: divisor, targets: values, file: names.features)
    }
    guard var targets else { return dataset(.none, []) }
    guard targets.shape.count >= 1, targets.rows == features.rows else {
      throw PluginError(
        "\(names.targets) has \(targets.rows) targets, \(names.features) has \(features.rows) "
          + "samples")
    }
    if context.isTooLarge(features.count) { targets = targets.streamed() }
    var values = try targets.allValues()
    let width = targets.rowCount
    let wantsClasses =
      switch context.expected?.target {
      case .classes: true
      case .values: false
      case .some(.none), nil:
        switch task {
        case .classification: true
        case .regression: false
        case .auto: width == 1 && targets.type.isInteger && ClassNumbers.fit(values)
        }
      }
    if wantsClasses {
      guard width == 1 else {
        throw PluginError("\(names.targets): a class is one number a sample, not \(width)")
      }
      var expected: [String]?
      if case .classes(let classes)? = context.expected?.target { expected = classes }
      let classes = try ClassNumbers.number(&values, expected: expected) {
        "\(names.targets), sample \($0)"
      }
      return dataset(.classes(classes), values)
    }
    var valueNames = width == 1 ? ["target"] : (0..<width).map { "target_\($0)" }
    if case .values(let expected)? = context.expected?.target {
      guard expected.count == width else {
        throw PluginError(
          "\(names.targets) has \(width) values a sample, trained was with \(expected.count)")
      }
      valueNames = expected
    }
    return dataset(.values(valueNames), values)
  }
}

extension MappedDataset {
  /// An array whose rows lie all over a file, from one that has them one after the other. Where there is no room
  /// for that, the array itself: it is read through the map, whose pages the system takes back when it needs them.
  private static func rowMajor(_ array: StoredArray, _ derived: DerivedFiles) -> StoredArray {
    guard array.columnMajor, array.file.isMapped else { return array }
    let bytes = array.count * array.type.size
    let file = try? derived.made(
      of: array.file, "by rows \(array.start) \(array.shape)", "features"
    ) {
      target, room in
      guard bytes <= room else { throw FormatError(array.file.path, "does not fit") }
      try array.writeRows(to: target)
    }
    return file.flatMap { try? array.rowMajor(in: $0) } ?? array
  }
}

extension ElementType {
  fileprivate var isInteger: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: false
    default: true
    }
  }
}

/// Runs a reader of a file format; its complaint becomes the plugin's.
func readingFiles<T>(_ parameter: String, _ body: () throws -> T) throws -> T {
  do { return try body() } catch let error as FormatError {
    throw PluginError(error.description, parameter: parameter)
  }
}
