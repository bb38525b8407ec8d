import EspalierProtocols

/// Leaves out samples that are there already: the first of those with the same features and target
/// stays.
///
/// Samples are compared by 128 bits of a hash of all their numbers; NaN equals NaN, and 0 equals −0.
/// Samples with the same features and another target are conflicts: they are told, or left out all, or
/// an error. A sample of `validation_source` or `test_source` that is in `data.source` too is left out
/// there, since the model would be measured on what it learned; `across_sources: false` keeps it.
/// Samples are compared 2²² at a time, which takes some 400 MB; more of them take further passes over all.
/// Fits nothing. Shape unchanged.
public struct Duplicates: Cleaner {
  /// What becomes of samples with the same features and different targets.
  public enum Conflicts: String, Choice, Sendable { case keep, drop, error }

  public static let manifest = Manifest(
    "duplicates", "leaves out samples that are there already, also across sources",
    aliases: ["deduplicate"])

  @Parameter("what becomes of samples with the same features and different targets")
  public var conflicts: Conflicts = .keep
  @Parameter("whether what is in the training data is left out of other sources")
  public var acrossSources: Bool = true

  /// Samples that are compared at once.
  package var samplesAtOnce = 1 << 22

  public init() {}
  public init(conflicts: Conflicts = .keep, acrossSources: Bool = true) {
    self.conflicts = conflicts
    self.acrossSources = acrossSources
  }

  public func exclusion(
    from samples: SourceSamples, beside training: SourceSamples?
  ) throws -> Exclusion {
    var repeated: [Int] = []
    var conflicting: [(sample: Int, first: Int)] = []
    let beside = acrossSources ? training : nil
    let parts = (samples.count + (beside?.count ?? 0)) / samplesAtOnce + 1
    for part in 0..<parts {
      try compare(samples, beside, part, of: parts, &repeated, &conflicting)
    }
    if parts > 1 {
      repeated.sort()
      conflicting.sort { ($0.sample, $0.first) < ($1.sample, $1.first) }
    }
    guard let example = conflicting.first(where: { $0.sample != $0.first }) else {
      return Exclusion(repeated)
    }
    switch conflicts {
    case .keep:
      return Exclusion(
        repeated,
        note: "\(conflicting.count) samples have the features of another and another target")
    case .drop:
      return Exclusion((repeated + conflicting.map(\.sample)).sorted())
    case .error:
      throw PluginError(
        "\(samples.place(of: example.sample)) has the features of \(samples.place(of: example.first)) "
          + "and another target; so have \(conflicting.count) samples in all",
        parameter: "conflicts", remedy: "`conflicts: drop` leaves them out")
    }
  }

  /// Compares the samples whose hash is of a part, which are with all that equal them.
  private func compare(
    _ samples: SourceSamples, _ training: SourceSamples?, _ part: Int, of parts: Int,
    _ repeated: inout [Int], _ conflicting: inout [(sample: Int, first: Int)]
  ) throws {
    var known: Set<SampleHash> = []
    if let training {
      known.reserveCapacity(training.count / parts)
      try Self.forEachHash(of: training) { features, whole in
        if features.isOf(part, of: parts) { known.insert(whole) }
      }
    }
    known.reserveCapacity(known.count + samples.count / parts)
    // Those left, by their features: the first one, and whether a later one has another target.
    var groups: [SampleHash: (first: Int, isConflict: Bool)] = [:]
    groups.reserveCapacity(samples.count / parts)
    var sample = 0
    try Self.forEachHash(of: samples) { features, whole in
      defer { sample += 1 }
      guard features.isOf(part, of: parts) else { return }
      if !known.insert(whole).inserted {
        repeated.append(sample)
      } else if let group = groups[features] {
        if !group.isConflict { conflicting.append((group.first, group.first)) }
        groups[features] = (group.first, true)
        conflicting.append((sample, group.first))
      } else {
        groups[features] = (sample, false)
      }
    }
  }

  /// Calls with a hash of each sample's features and one of features and targets.
  private static func forEachHash(
    of samples: SourceSamples, _ body: (_ features: SampleHash, _ whole: SampleHash) -> Void
  ) throws {
    let (width, targetWidth) = (samples.width, samples.description.target.width)
    try samples.forEachChunk { number, features, targets in
      for row in 0..<number {
        var hash = SampleHash()
        for place in row * width..<(row + 1) * width { hash.add(features[place]) }
        let ofFeatures = hash
        for place in row * targetWidth..<(row + 1) * targetWidth { hash.add(targets[place]) }
        body(ofFeatures, hash)
      }
    }
  }
}

/// 128 bits of a sequence of numbers, the same for equal ones.
private struct SampleHash: Hashable {
  private var first: UInt64 = 0x243F_6A88_85A3_08D3
  private var second: UInt64 = 0x1319_8A2E_0370_7344

  mutating func add(_ value: Float) {
    // One pattern for all NaN, and one for both zeros.
    let bits = UInt64(value.isNaN ? Float.nan.bitPattern : (value + 0).bitPattern)
    let a = (first ^ bits).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    let b = (second ^ bits).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    // Added to, since a product that is zero would forget what came before.
    first = (a.high ^ a.low) &+ first.rotated
    second = (b.high ^ b.low) &+ second.rotated
  }

  func isOf(_ part: Int, of parts: Int) -> Bool {
    parts == 1 || second % UInt64(parts) == UInt64(part)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

extension UInt64 {
  fileprivate var rotated: UInt64 { self << 29 | self >> 35 }
}
