import EspalierProtocols

/// Samples that a program holds, with labels, values, or nothing to learn.
///
/// ```swift
/// InMemory(features: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: ["no", "yes", "yes", "no"])
/// InMemory(features: pixels, labels: digits, shape: [1, 28, 28])
/// InMemory(features: rooms, values: prices)
/// ```
/// All samples have the same number of features. Labels are names of classes, or numbers: without
/// `classes`, the classes are the labels that occur, in their order; with them, a number is the place
/// of a class in the list, from 0, unless the names are numbers themselves. NaN is a missing value, for
/// which `data.clean` has something to do.
///
/// A run that was trained with it is opened and predicts like any other. Only its own splits are gone
/// with the program: a config names the source but cannot hold its samples.
public struct InMemory: Source {
  public static let manifest = Manifest(
    "in_memory", "samples that a program holds; a config by itself cannot bring them")

  @Parameter(
    "shape of a sample, such as [1, 8, 8] for an image; else its features are a row", in: 1...)
  public var shape: [Int] = []
  @Parameter("names of the classes in their order; those of the labels unless given")
  public var classes: [String] = []
  @Parameter("names of the features, in their order") public var featureNames: [String] = []
  @Parameter("names of the values to learn, in their order") public var targetNames: [String] = []

  private var samples = Samples()
  private var targets = Targets.none
  private var weights: [Float]?
  /// Whether a program made it; one that a config names is empty.
  private var isFilled = false

  public init() {}

  /// Samples with the names of their classes.
  ///
  /// - Parameters:
  ///   - features: the numbers of each sample; those of an image by channel, row and column.
  ///   - labels: one a sample.
  ///   - classes: all names in the order of the model's outputs; those that occur unless given.
  ///   - shape: shape of a sample, [channel, row, column] for images; else a row.
  ///   - featureNames: names by which files to predict for are read.
  public init(
    features: [[Float]], labels: [String], classes: [String] = [], shape: [Int] = [],
    featureNames: [String] = []
  ) {
    self.init(features, .names(labels), shape, featureNames)
    self.classes = classes
  }

  /// Samples with the numbers of their classes.
  ///
  /// - Parameters:
  ///   - features: the numbers of each sample; those of an image by channel, row and column.
  ///   - labels: one a sample; with `classes`, places in that list.
  ///   - classes: names in the order of the numbers; the numbers that occur unless given.
  ///   - shape: shape of a sample, [channel, row, column] for images; else a row.
  ///   - featureNames: names by which files to predict for are read.
  public init(
    features: [[Float]], labels: [Int], classes: [String] = [], shape: [Int] = [],
    featureNames: [String] = []
  ) {
    self.init(features, .numbers(labels), shape, featureNames)
    self.classes = classes
  }

  /// Samples with a value each, for regression.
  public init(
    features: [[Float]], values: [Float], shape: [Int] = [], featureNames: [String] = [],
    targetNames: [String] = []
  ) {
    self.init(
      features: features, values: values.map { [$0] }, shape: shape, featureNames: featureNames,
      targetNames: targetNames)
  }

  /// Samples with several values each, for regression.
  public init(
    features: [[Float]], values: [[Float]], shape: [Int] = [], featureNames: [String] = [],
    targetNames: [String] = []
  ) {
    self.init(features, .values(Samples(values)), shape, featureNames)
    self.targetNames = targetNames
  }

  /// Samples to predict for.
  public init(features: [[Float]], shape: [Int] = [], featureNames: [String] = []) {
    self.init(features, .none, shape, featureNames)
  }

  /// The same samples, of which some count more in training than others.
  ///
  /// - Parameter weights: one a sample, 0 or more.
  public func weighted(by weights: [Float]) -> InMemory {
    var copy = self
    copy.weights = weights
    return copy
  }

  private init(
    _ features: [[Float]], _ targets: Targets, _ shape: [Int], _ featureNames: [String]
  ) {
    samples = Samples(features)
    self.targets = targets
    self.shape = shape
    self.featureNames = featureNames
    isFilled = true
  }

  public func validate() throws {
    guard isFilled else { return }
    try samples.check("features")
    if case .values(let values) = targets { try values.check("values") }
    if let count = targets.count, count != samples.count {
      throw PluginError("\(samples.count) samples have \(count) \(targets.name)")
    }
    if !shape.isEmpty, !fills(shape, samples.width) {
      throw PluginError(
        "samples have \(samples.width) features, which do not fill the shape \(Shape(shape))",
        parameter: "shape")
    }
    if !featureNames.isEmpty, featureNames.count != samples.width {
      throw PluginError(
        "\(samples.width) features have \(featureNames.count) names", parameter: "feature_names")
    }
    if case .values(let values) = targets, !targetNames.isEmpty,
      targetNames.count != values.width
    {
      throw PluginError(
        "\(values.width) values a sample have \(targetNames.count) names",
        parameter: "target_names")
    }
    if Set(classes).count != classes.count {
      throw PluginError("two classes have the same name", parameter: "classes")
    }
    _ = try learn(expected: nil)
  }

  private func fills(_ shape: [Int], _ count: Int) -> Bool {
    var product = 1
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow else { return false }
      product = next
    }
    return product == count
  }

  public func open(_ context: SourceContext) throws -> any Dataset {
    guard isFilled else {
      throw PluginError(
        "in_memory has no samples: they come from a program, and a config cannot hold them",
        remedy: "give `InMemory` its features in the program, or name a file: csv, npy")
    }
    try validate()
    var sampleShape = shape.isEmpty ? Shape([samples.width]) : Shape(shape)
    if let expected = context.expected {
      guard expected.sampleShape.count == samples.width,
        shape.isEmpty || Shape(shape) == expected.sampleShape
      else {
        throw PluginError(
          "samples have shape \(sampleShape), trained was with \(expected.sampleShape)")
      }
      sampleShape = expected.sampleShape
    }
    let (target, numbers) = try learn(expected: context.expected?.target)
    if context.needsTargets, case .none = target {
      throw PluginError(
        "in_memory has samples without targets",
        remedy: "give it `labels` of classes, or `values` for regression")
    }
    let names = featureNames.isEmpty ? context.expected?.featureNames ?? [] : featureNames
    return try ArrayDataset(
      DataDescription(sampleShape: sampleShape, featureNames: names, target: target),
      features: samples.numbers, targets: numbers, weights: weights)
  }

  // MARK: Targets

  private enum Targets: Sendable {
    case none
    case names([String])
    case numbers([Int])
    case values(Samples)

    var count: Int? {
      switch self {
      case .none: nil
      case .names(let labels): labels.count
      case .numbers(let labels): labels.count
      case .values(let values): values.count
      }
    }

    var name: String {
      if case .values = self { "values" } else { "labels" }
    }
  }

  /// What there is to learn, and the targets in its terms.
  ///
  /// - Parameter expected: what the model learned, for further samples of a run.
  private func learn(
    expected: TargetDescription?
  ) throws -> (TargetDescription, [Float]) {
    var known = classes.isEmpty ? nil : classes
    switch (expected, targets) {
    case (.classes, .values): throw PluginError("the model learned classes; give `labels`")
    case (.values, .names), (.values, .numbers):
      throw PluginError("the model learned values; give `values`")
    case (.classes(let names), _): known = names
    default: break
    }
    var raw = RawTargets()
    switch targets {
    case .none: return (.none, [])
    case .values(let values):
      let width = values.width
      var names =
        !targetNames.isEmpty
        ? targetNames : width == 1 ? ["target"] : (0..<width).map { "target_\($0)" }
      if case .values(let expected)? = expected {
        guard expected.count == width else {
          throw PluginError("samples have \(width) values, trained was with \(expected.count)")
        }
        names = expected
      }
      return (.values(names), values.numbers)
    case .names(let labels):
      for label in labels { raw.append(label) }
    case .numbers(let labels):
      // Without names to count in, the numbers are names themselves.
      if let known, !Set(labels.map(String.init)).isSubset(of: known) {
        if let bad = labels.firstIndex(where: { !known.indices.contains($0) }) {
          throw PluginError(
            "sample \(bad): there is no class \(labels[bad]); classes are 0…\(known.count - 1): "
              + Labels.list(known))
        }
        return (.classes(known), labels.map { Float($0) })
      }
      for label in labels { raw.append(Double(label)) }
    }
    let (names, numbers) = try raw.classes(expected: known) { "sample \($0)" }
    return (.classes(names), numbers)
  }
}

/// Rows of equally many numbers, one after another.
private struct Samples: Sendable {
  private(set) var count = 0
  /// Numbers a row.
  private(set) var width = 0
  private(set) var numbers: [Float] = []
  /// The first row of another length.
  private var uneven: (row: Int, width: Int)?

  init() {}

  init(_ rows: [[Float]]) {
    count = rows.count
    width = rows.first?.count ?? 0
    numbers.reserveCapacity(count * width)
    for (index, row) in rows.enumerated() {
      if row.count != width, uneven == nil { uneven = (index, row.count) }
      numbers += row
    }
  }

  /// - Parameter name: what the numbers are: `features`.
  func check(_ name: String) throws {
    guard count > 0 else { throw PluginError("there are no samples") }
    if let uneven {
      throw PluginError(
        "all samples need equally many \(name): the first has \(width), sample \(uneven.row) has "
          + "\(uneven.width)")
    }
    guard width > 0 else { throw PluginError("samples have no \(name)") }
    if let bad = numbers.firstIndex(where: \.isInfinite) {
      throw PluginError(
        "sample \(bad / width): number \(bad % width) of its \(name) is \(numbers[bad]); all must be "
          + "finite")
    }
  }
}
