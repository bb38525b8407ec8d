import EspalierProtocols

/// A source's samples, whose errors name the source, whenever they are read.
struct SourceDataset: KnowsMissingFeatures {
  private let base: any Dataset
  private let targets = ReadTargets()
  private let explain: @Sendable (any Error) -> any Error

  private init(
    _ base: any Dataset, _ explain: @escaping @Sendable (any Error) -> any Error
  ) {
    self.base = base
    self.explain = explain
  }

  /// The samples themselves where reading cannot fail.
  ///
  /// - Parameter explain: makes what reading threw an error for the user.
  static func wrapping(
    _ dataset: any Dataset, _ explain: @escaping @Sendable (any Error) -> any Error
  ) -> any Dataset {
    dataset is ArrayDataset ? dataset : SourceDataset(dataset, explain)
  }

  var description: DataDescription { base.description }
  var count: Int { base.count }
  func place(of sample: Int) -> String? { base.place(of: sample) }
  var sampleNames: [String]? { base.sampleNames }
  var notes: [String] { base.notes }
  var hasMissingFeatures: Bool? { (base as? any KnowsMissingFeatures)?.hasMissingFeatures }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    do { try base.read(rows, features: features, targets: targets) } catch { throw explain(error) }
  }

  func allTargets() throws -> [Float] {
    do { return try targets.values { try base.allTargets() } } catch { throw explain(error) }
  }

  func allWeights() throws -> [Float]? {
    do { return try base.allWeights() } catch { throw explain(error) }
  }

  func allGroups() throws -> [Int]? {
    do { return try base.allGroups() } catch { throw explain(error) }
  }
}

/// Targets that are read once: a source may have to read all features for them.
private final class ReadTargets: @unchecked Sendable {
  // Guarded by the monitor.
  private var kept: [Float]?
  private let monitor = Monitor(conditions: 0)

  func values(_ read: () throws -> [Float]) rethrows -> [Float] {
    monitor.lock()
    defer { monitor.unlock() }
    if let kept { return kept }
    let values = try read()
    kept = values
    return values
  }
}
