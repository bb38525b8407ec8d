import EspalierProtocols

/// A source's samples, whose errors name the source, whenever they are read.
struct SourceDataset: Dataset {
  private let base: any Dataset
  private let explain: @Sendable (any Error) -> any Error

  /// The samples themselves where reading cannot fail.
  ///
  /// - Parameter explain: makes what reading threw an error for the user.
  static func wrapping(
    _ dataset: any Dataset, _ explain: @escaping @Sendable (any Error) -> any Error
  ) -> any Dataset {
    dataset is ArrayDataset ? dataset : SourceDataset(base: dataset, explain: explain)
  }

  var description: DataDescription { base.description }
  var count: Int { base.count }
  func place(of sample: Int) -> String? { base.place(of: sample) }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    do { try base.read(rows, features: features, targets: targets) } catch { throw explain(error) }
  }

  func allTargets() throws -> [Float] {
    do { return try base.allTargets() } catch { throw explain(error) }
  }
}
