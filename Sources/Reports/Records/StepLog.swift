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
  private var places: [String: Int] = [:]

  subscript(name: String) -> Series? { places[name].map { series[$0] } }

  /// Series under a common word: `gradient_norm/dense_1.weight`, without it.
  func series(under prefix: String) -> [Series] {
    series.compactMap { series in
      series.name.hasPrefix(prefix)
        ? Series(name: String(series.name.dropFirst(prefix.count)), points: series.points) : nil
    }
  }

  /// Of the lines of one sort, so many and so many bytes are read at most: of more, every second, third…
  private static let limit = (lines: 1000, bytes: 1 << 20)

  /// Reads a log; what is not there, or is no log, gives an empty one. A line that is being written just now
  /// is left out.
  package init(reading path: String) {
    guard FileManager.default.fileExists(atPath: path), let file = try? MappedFile(path) else {
      return
    }
    withExtendedLifetime(file) {
      var sorts: [Int: Sort] = [:]
      Self.forEachLine(of: file.bytes) { line in
        sorts[Self.sort(of: line), default: Sort()].add(line.count)
      }
      var seen: [Int: Int] = [:]
      Self.forEachLine(of: file.bytes) { line in
        let sort = Self.sort(of: line)
        let number = seen[sort, default: 0]
        seen[sort] = number + 1
        if sorts[sort]!.takes(number) { take(line, path) }
      }
    }
  }

  /// Lines with the same first words: those of one callback.
  private struct Sort {
    private var lines = 0
    private var bytes = 0

    mutating func add(_ size: Int) {
      lines += 1
      bytes += size
    }

    /// Whether the line of this number, from 0, is read.
    func takes(_ number: Int) -> Bool {
      let parts = max(
        (lines + StepLog.limit.lines - 1) / StepLog.limit.lines, bytes / StepLog.limit.bytes + 1)
      return number % parts == 0 || number == lines - 1
    }
  }

  /// Whole lines, without what ends them.
  private static func forEachLine(
    of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    var start = 0
    while start < bytes.count,
      let end = memchr(bytes.baseAddress! + start, 0x0A, bytes.count - start)
    {
      let stop = UnsafeRawPointer(end) - bytes.baseAddress!
      body(UnsafeRawBufferPointer(rebasing: bytes[start..<stop]))
      start = stop + 1
    }
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
    guard let object = try? JSON.parse(line, file: path), let step = object["step"]?.number,
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
      if let place = places[member.key] {
        series[place].points.append(point)
      } else {
        places[member.key] = series.count
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
