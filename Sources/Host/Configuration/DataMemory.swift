import EspalierFormats
import EspalierProtocols

/// How much memory samples may take: `1 GB`, `512 MiB`, or a number of bytes.
///
/// As a statement of a run in Swift, `DataMemory.gigabytes(2)` is `memory: 2 GB` in `data`.
public struct DataMemory: ParameterValue, Hashable {
  /// The number of bytes.
  public let bytes: Int

  public init(bytes: Int) { self.bytes = max(bytes, 0) }
  public static func megabytes(_ count: Int) -> DataMemory { DataMemory(count, 1_000_000) }
  public static func gigabytes(_ count: Int) -> DataMemory { DataMemory(count, 1_000_000_000) }

  private init(_ count: Int, _ unit: Int) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
    self.init(bytes: overflow ? .max : bytes)
  }

  /// What a run takes that says nothing: 1 GiB, or a quarter of the machine's memory where that is less.
  static var standard: DataMemory { DataMemory(bytes: min(1 << 30, machineMemory() / 4)) }

  /// Largest first.
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000),
    ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("kB", 1000), ("B", 1),
  ]

  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> DataMemory {
    switch value {
    case .integer(let bytes) where bytes >= 0: return DataMemory(bytes: bytes)
    case .integer, .number:
      throw ValueProblem(.range, expected: "a whole number of bytes, 0 or more", found: value)
    case .text(let text):
      let number = text.prefix { $0.isNumber || $0 == "." }
      let unit = text.dropFirst(number.count).drop { $0 == " " }
      guard let count = Double(number),
        let found = units.first(where: { $0.name.lowercased() == unit.lowercased() })
      else {
        throw ValueProblem(
          expected: "a number with its unit, or a number of bytes", found: value,
          hint: "write a number with its unit, such as 1 GB, 512 MiB or 64 kB")
      }
      let bytes = count * Double(found.bytes)
      guard bytes < 0x1p62 else {
        throw ValueProblem(.range, expected: "less memory than any machine has", found: value)
      }
      return DataMemory(bytes: Int(bytes))
    default: throw ValueProblem(expected: "a size, such as 1 GB", found: value)
    }
  }

  public var configValue: ConfigValue {
    guard bytes > 0, let unit = Self.units.first(where: { bytes % $0.bytes == 0 && $0.bytes > 1 })
    else { return .integer(bytes) }
    return .text("\(bytes / unit.bytes) \(unit.name)")
  }
  public static var form: ValueForm { .either([.text, .integer]) }
}

extension DataSettings {
  /// Bytes that samples may take in memory.
  var memoryLimit: Int { (memory ?? .standard).bytes }
  /// The same for samples of one part.
  var budget: MemoryBudget { MemoryBudget(bytes: memoryLimit) }
}
