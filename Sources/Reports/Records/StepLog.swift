import EspalierFormats
import Foundation

/// What callbacks logged in steps, and the epochs' results, from `metrics.jsonl`; long logs thinned.
package struct StepLog: Sendable {
  /// A number that was logged, over the steps.
  struct Series: Sendable {
    let name: String
    var points: [(x: Double, y: Double)]
  }

  /// In the order in which they first came.
  private(set) var series: [Series] = []
  /// The results of epochs by number, for runs that keep no table of them.
  private(set) var epochs: [(number: Int, results: [String: Double])] = []
  /// When the last line was written, in seconds since 1970.
  private(set) var lastTime: Double?

  subscript(name: String) -> Series? { series.first { $0.name == name } }

  /// Series under a common word: `gradient_norm/dense_1.weight`, without it.
  func series(under prefix: String) -> [Series] {
    series.compactMap { series in
      series.name.hasPrefix(prefix)
        ? Series(name: String(series.name.dropFirst(prefix.count)), points: series.points) : nil
    }
  }

  /// Lines of one sort that are read at most; of more, every second, third… is.
  private static let limit = 1000

  /// Reads a log; what is not there, or is no log, gives an empty one. A line that is being written just now
  /// is left out.
  package init(reading path: String) {
    guard FileManager.default.fileExists(atPath: path), let file = try? MappedFile(path) else {
      return
    }
    withExtendedLifetime(file) {
      let lines = Self.lines(of: file.bytes)
      var counts: [Int: Int] = [:]
      for line in lines { counts[line.sort, default: 0] += 1 }
      var seen: [Int: Int] = [:]
      for line in lines {
        let number = seen[line.sort, default: 0]
        seen[line.sort] = number + 1
        let count = counts[line.sort]!
        let every = (count + Self.limit - 1) / Self.limit
        if number % every == 0 || number == count - 1 {
          take(UnsafeRawBufferPointer(rebasing: file.bytes[line.range]), path)
        }
      }
    }
  }

  private struct Line {
    let range: Range<Int>
    /// Lines with the same first words are of one sort: those of one callback.
    let sort: Int
  }

  private static func lines(of bytes: UnsafeRawBufferPointer) -> [Line] {
    var lines: [Line] = []
    var start = 0
    while start < bytes.count,
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
    {
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      lines.append(Line(range: start..<end, sort: sort(of: line)))
      start = end + 1
    }
    return lines
  }

  /// From the event and the name of the first number.
  private static func sort(of line: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: line.prefix(16)))
    // The first brace after the first byte opens the numbers.
    if let brace = line.dropFirst().firstIndex(of: UInt8(ascii: "{")) {
      let rest = line[(brace + 1)...]
      let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
      hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: rest[..<end]))
    }
    return hasher.finalize()
  }

  private mutating func take(_ line: UnsafeRawBufferPointer, _ path: String) {
    let text = String(decoding: line, as: UTF8.self)
    guard let object = try? JSON.parse(text, file: path), let step = object["step"]?.number,
      case .object(let members)? = object["metrics"]
    else { return }
    lastTime = object["time"]?.number ?? lastTime
    if object["event"]?.word == "epoch" {
      guard let number = object["epoch"]?.number.flatMap({ Int(exactly: $0) }) else { return }
      var results: [String: Double] = ["step": step]
      for member in members { results[member.key] = member.value.number ?? .nan }
      epochs.append((number, results))
      return
    }
    for member in members {
      let point = (x: step, y: member.value.number ?? .nan)
      if let place = series.firstIndex(where: { $0.name == member.key }) {
        series[place].points.append(point)
      } else {
        series.append(Series(name: member.key, points: [point]))
      }
    }
  }
}

extension JSON {
  fileprivate var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  fileprivate var word: String? { if case .text(let text) = self { text } else { nil } }
}
