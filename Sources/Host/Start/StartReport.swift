import EspalierProtocols

/// What became of each parameter of a run that starts from a trained model.
public struct StartReport: Codable, Sendable, Hashable {
  /// A parameter or a running statistic that was loaded.
  public struct Loaded: Codable, Sendable, Hashable {
    /// Its name in the model.
    public let name: String
    /// Its name in the file.
    public let source: String
  }
  /// A parameter that has another shape in the file, and was left to its initializer.
  public struct OtherShape: Codable, Sendable, Hashable {
    /// Its name in the model.
    public let name: String
    /// Its shape in the model.
    public let shape: [Int]
    /// Its shape in the file.
    public let found: [Int]
  }

  /// The file that was read.
  public let file: String
  /// What was loaded.
  public let loaded: [Loaded]
  /// What the file does not have; their initializers made them.
  public let missing: [String]
  /// What has another shape in the file; their initializers made them.
  public let otherShape: [OtherShape]
  /// What was not asked for.
  public let left: [String]
  /// Names in the file that nothing in the model took.
  public let unused: [String]
  /// What else there is to know.
  public let notes: [String]

  /// `runs/a/weights.safetensors: 6 of 8 parameters loaded, 2 missing`.
  public var line: String {
    let all = loaded.count + missing.count + otherShape.count + left.count
    var parts = ["\(loaded.count) of \(all) parameters loaded"]
    for (count, words) in [
      (missing.count, "missing"), (otherShape.count, "of another shape"),
      (left.count, "not asked for"),
      (unused.count, "of the file unused"),
    ] where count > 0 {
      parts.append("\(count) \(words)")
    }
    return "\(file): " + parts.joined(separator: ", ")
  }

  /// A line a sort of parameter, with their names.
  ///
  /// - Parameter most: how many names a line has at most; `nil` for all.
  public func lines(most: Int? = nil) -> [String] {
    func line(_ title: String, _ names: [String]) -> [String] {
      guard !names.isEmpty else { return [] }
      let shown = names.prefix(most ?? names.count)
      let rest = names.count - shown.count
      return [title + ": " + shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")]
    }
    return line(
      "loaded", loaded.map { $0.name == $0.source ? $0.name : "\($0.name) from \($0.source)" })
      + line("missing, initialized", missing)
      + line(
        "of another shape, initialized",
        otherShape.map { "\($0.name) \(Shape($0.shape)), in the file \(Shape($0.found))" })
      + line("not asked for, initialized", left) + line("unused", unused) + notes
  }
}
