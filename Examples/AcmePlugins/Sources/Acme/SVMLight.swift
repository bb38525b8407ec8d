import Espalier
import Foundation

/// Rows of `label index:value …`, the format of SVMlight and LIBSVM: features that are not named are
/// zero, indices begin at 1, and what follows a `#` is a remark.
///
/// Labels are classes, each different number one, or values to predict.
struct SVMLight: Source {
  /// What the labels are.
  enum Task: String, Choice { case classes, values }

  static let manifest = Manifest(
    "svmlight", "rows of `label index:value …`, features from zero",
    aliases: ["libsvm"], paper: "Joachims, 1999", sample: "{svmlight: {path: data.svm}}")
  static let fileExtensions = ["svm", "svmlight", "libsvm"]

  @Parameter("the file") var path: FilePath
  @Parameter("number of features; the largest index unless given", in: 1...) var features: Int?
  @Parameter("whether labels are classes, or values to predict") var task = Task.classes

  init() {}
  init(_ path: FilePath, features: Int? = nil, task: Task = .classes) {
    self.path = path
    self.features = features
    self.task = task
  }

  func reading(_ file: FilePath) -> SVMLight? { SVMLight(file, features: features, task: task) }

  func open(_ context: SourceContext) throws -> any Dataset {
    let text: String
    do { text = try String(contentsOfFile: context.resolve(path), encoding: .utf8) } catch {
      throw PluginError("\(path) cannot be read: \(error.localizedDescription)", parameter: "path")
    }
    let rows = try rows(text)
    guard !rows.isEmpty else { throw PluginError("\(path) has no rows", parameter: "path") }
    let width = try width(rows, context)
    var values = [Float](repeating: 0, count: rows.count * width)
    for (number, row) in rows.enumerated() {
      for (index, value) in row.entries { values[number * width + index - 1] = value }
    }
    let target = target(rows, context)
    return try ArrayDataset(
      DataDescription(sampleShape: [width], target: target), features: values,
      targets: try rows.map { try number($0.label, target, context) })
  }

  // MARK: Reading

  private struct Row {
    let label: Float
    let entries: [(index: Int, value: Float)]
  }

  private func rows(_ text: String) throws -> [Row] {
    var rows: [Row] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      guard let first = words.first else { continue }
      func fail(_ word: Substring, _ expected: String) -> PluginError {
        PluginError("\(path):\(number + 1): \(expected), not `\(word)`", parameter: "path")
      }
      guard let label = Float(first), label.isFinite else {
        throw fail(first, "a row begins with a number as its label")
      }
      let entries = try words.dropFirst().filter { !$0.hasPrefix("qid:") }.map { word in
        let parts = word.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let index = Int(parts[0]), index >= 1, let value = Float(parts[1])
        else { throw fail(word, "features are written index:value, with indices from 1") }
        return (index: index, value: value)
      }
      rows.append(Row(label: label, entries: entries))
    }
    return rows
  }

  private func width(_ rows: [Row], _ context: SourceContext) throws -> Int {
    let largest = rows.lazy.flatMap(\.entries).map(\.index).max() ?? 1
    let width = context.expected?.sampleShape.count ?? features ?? largest
    guard largest <= width else {
      throw PluginError(
        "\(path) has a feature \(largest), but samples have \(width)", parameter: "features")
    }
    return width
  }

  private func target(_ rows: [Row], _ context: SourceContext) -> TargetDescription {
    if let expected = context.expected { return expected.target }
    guard task == .classes else { return .values(["label"]) }
    return .classes(Set(rows.map(\.label)).sorted().map(Self.name))
  }

  private static func name(_ label: Float) -> String {
    Int(exactly: label).map { "\($0)" } ?? "\(label)"
  }

  /// The target of a label: the class's number, or the label itself.
  private func number(
    _ label: Float, _ target: TargetDescription, _ context: SourceContext
  ) throws -> Float {
    guard case .classes(let names) = target else { return label }
    if let place = names.firstIndex(of: Self.name(label)) { return Float(place) }
    guard context.needsTargets else { return 0 }
    throw PluginError(
      "\(path) has the class \(Self.name(label)), known are \(names.joined(separator: ", "))",
      parameter: "path")
  }
}
