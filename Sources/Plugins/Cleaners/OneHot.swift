import EspalierProtocols

/// Makes a feature of 0 and 1 of each level of a category: [red, 2.5] becomes [0, 0, 1, 2.5].
///
/// ```
/// y = [x = l₁, x = l₂, …]      for the levels l that x has in the training split, ascending
/// ```
/// Categories are the text columns that a source made codes of, and the features named, which must be
/// whole numbers. The new features stand where the old one stood and are called `color=red`. A level
/// that the training split does not have, and a missing value, become zeros; with `unknown: error` they
/// stay missing, which the run then complains of. Samples are rows of features.
public struct OneHot: Cleaner {
  /// What becomes of a level that was not there in training.
  public enum Unknown: String, Choice, Sendable { case zeros, error }

  public static let manifest = Manifest(
    "one_hot", "a feature of 0 and 1 for each level of a category: [x = l₁, x = l₂, …]",
    sample: "one_hot: {unknown: zeros}")

  @Parameter("names of further features that are categories, as whole numbers")
  public var features: [String] = []
  @Parameter("what becomes of a level that was not there in training")
  public var unknown: Unknown = .zeros
  @Parameter("the most levels that a category may have", in: 1...65536)
  public var mostLevels: Int = 1000

  public init() {}
  public init(features: [String], unknown: Unknown = .zeros, mostLevels: Int = 1000) {
    self.features = features
    self.unknown = unknown
    self.mostLevels = mostLevels
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let description = samples.description
    let shape = description.sampleShape
    guard shape.rank == 1 else {
      throw PluginError("categories are features of rows; samples have shape \(shape)")
    }
    let named = Set(try description.features(fitting: features, of: "features"))
    let chosen = named.union(description.categories.keys).sorted()
    guard !chosen.isEmpty else {
      throw PluginError(
        "no feature is a category",
        remedy: "name some by `features`; `categories` of a csv source makes them of text")
    }
    var found = chosen.map { _ in Set<Float>() }
    // Neighbours are often equal, and a set takes longer to look up.
    var last = [Float](repeating: .nan, count: chosen.count)
    let width = samples.width
    try samples.forEachChunk { number, values, _ in
      for row in 0..<number {
        for (place, feature) in chosen.enumerated() {
          let value = values[row * width + feature]
          if value == last[place] || value.isNaN { continue }
          last[place] = value
          guard found[place].insert(value).inserted else { continue }
          try check(value, found[place].count, description.name(ofFeature: feature))
        }
      }
    }
    if let bare = found.firstIndex(where: \.isEmpty) {
      throw PluginError(
        "the feature `\(description.name(ofFeature: chosen[bare]))` has no value in the training data",
        remedy: "leave the column out")
    }
    return Levels(width, chosen, found.map { $0.sorted() }, keepsUnknown: unknown == .error)
  }

  private func check(_ value: Float, _ count: Int, _ name: String) throws {
    guard value == value.rounded(), value.magnitude <= 16_777_216 else {
      throw PluginError(
        "the feature `\(name)` has the value \(value); a category has whole numbers",
        parameter: "features")
    }
    guard count <= mostLevels else {
      throw PluginError(
        "the category `\(name)` has more than \(mostLevels) levels", parameter: "most_levels",
        remedy: "allow more of them, or leave the column out")
    }
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    let counts = (state["counts"]?.values ?? []).compactMap { Int(exactly: $0) }
    let all = state["levels"]?.values ?? []
    let features = try restoredFeatures(
      "features", state, count: counts.count, sampleShape.count, of: pluginName)
    guard !features.isEmpty, counts.allSatisfy({ $0 > 0 && $0 <= all.count }),
      counts.reduce(0, +) == all.count, zip(features, features.dropFirst()).allSatisfy(<)
    else { throw PluginError("the saved \(pluginName) has levels that do not fit its features") }
    var levels: [[Float]] = []
    var start = 0
    for count in counts {
      levels.append(Array(all[start..<start + count]))
      start += count
    }
    guard levels.allSatisfy({ zip($0, $0.dropFirst()).allSatisfy(<) }) else {
      throw PluginError("the saved \(pluginName) has levels that do not ascend")
    }
    return Levels(sampleShape.count, features, levels, keepsUnknown: unknown == .error)
  }
}

private struct Levels: Transform {
  let outputShape: Shape
  /// Numbers of a sample before.
  private let width: Int
  private let features: [Int]
  /// Ascending, for each of the features.
  private let levels: [[Float]]
  private let keepsUnknown: Bool
  /// For each number of a sample, the place of its category, −1 for none.
  private let categoryOf: [Int]

  init(_ width: Int, _ features: [Int], _ levels: [[Float]], keepsUnknown: Bool) {
    self.width = width
    self.features = features
    self.levels = levels
    self.keepsUnknown = keepsUnknown
    outputShape = [width - features.count + levels.reduce(0) { $0 + $1.count }]
    var categoryOf = [Int](repeating: -1, count: width)
    for (place, feature) in features.enumerated() { categoryOf[feature] = place }
    self.categoryOf = categoryOf
  }

  var state: [String: TransformState] {
    [
      "features": TransformState([features.count], features.map { Float($0) }),
      "counts": TransformState([levels.count], levels.map { Float($0.count) }),
      "levels": TransformState([levels.reduce(0) { $0 + $1.count }], levels.flatMap { $0 }),
    ]
  }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    var next = 0
    for row in 0..<count {
      for place in 0..<width {
        let value = input[row * width + place]
        let category = categoryOf[place]
        guard category >= 0 else {
          output[next] = value
          next += 1
          continue
        }
        let own = levels[category]
        let level = Self.place(of: value, in: own)
        let rest: Float = level == nil && keepsUnknown ? .nan : 0
        for index in own.indices { output[next + index] = rest }
        if let level { output[next + level] = 1 }
        next += own.count
      }
    }
  }

  func recorded(_ samples: Tensor) -> Tensor? {
    let recorder = samples.recorder
    var parts: [Tensor] = []
    // What lies between two categories stays together.
    var start = 0
    for (feature, own) in Array(zip(features, levels)) + [(width, [])] {
      if feature > start { parts.append(samples.slice(axis: 1, start..<feature)) }
      start = feature + 1
      guard feature < width else { break }
      let known =
        samples.slice(axis: 1, feature..<feature + 1)
        .== recorder.constant(own, [1, own.count])
      guard keepsUnknown else {
        parts.append(known)
        continue
      }
      let isKnown = known.sum([-1], keepingAxes: true) .> 0
      parts.append(select(isKnown, known, known.filled(with: .nan)))
    }
    return .concatenate(parts, axis: 1)
  }

  /// By halving, since levels ascend.
  private static func place(of value: Float, in levels: [Float]) -> Int? {
    var (low, high) = (0, levels.count)
    while low < high {
      let middle = (low + high) / 2
      if levels[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < levels.count && levels[low] == value ? low : nil
  }

  func description(after input: DataDescription) -> DataDescription {
    var result = input
    result.sampleShape = outputShape
    result.categories = [:]
    guard input.featureNames.count == width else { return result }
    result.featureNames = input.featureNames.indices.flatMap { feature -> [String] in
      let name = input.featureNames[feature]
      guard categoryOf[feature] >= 0 else { return [name] }
      let names = input.categories[feature] ?? []
      return levels[categoryOf[feature]].map { level in
        let number = Int(level)
        return name + "=" + (names.indices.contains(number) ? names[number] : "\(number)")
      }
    }
    return result
  }
}
