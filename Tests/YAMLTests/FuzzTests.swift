import EspalierYAML
import Testing

/// Damaged texts are read or refused: never a crash, never a long wait.
@Suite struct FuzzTests {
  /// Bytes that mean something in YAML come up often.
  private static let signs: [UInt8] =
    Array("-?:,[]{}#&*!|>'\"%@` \t\n\r0aé~.<=+\\".utf8)
    + [0x00, 0xFF, 0x7F]

  private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let sign = Self.signs.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.insert(sign, at: place)
      case 1: if place < bytes.count { bytes.remove(at: place) }
      case 2: if place < bytes.count { bytes[place] = sign }
      case 3: bytes.removeLast(bytes.count - place)
      default:
        let end = Int.random(in: place...bytes.count, using: &random)
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      }
    }
    return bytes
  }

  @Test(arguments: 0..<20) func mutationsOfTheSuite(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var slowest = Duration.zero
    for each in SuiteCase.all {
      for _ in 0..<3 {
        let bytes = mutate(Array(each.yaml.utf8), &random)
        slowest = max(slowest, threadTime { check(bytes) })
      }
    }
    #expect(slowest < .seconds(1))
  }

  /// What is read is written again and reads the same.
  private func check(_ bytes: [UInt8]) {
    do {
      for node in try YAML.parseAll(bytes: bytes) {
        let text = try YAML.emit(node)
        let again = try YAML.parse(text, options: YAML.Options(resolvesMergeKeys: false))
        #expect(again == node, "\(bytes): \(text)")
      }
    } catch {
      // A NUL makes a text look like UTF-16, whose offsets count in the text as UTF-8.
      #expect(error.position.offset <= 2 * bytes.count, "\(bytes)")
      #expect(!error.description.isEmpty)
    }
  }

  @Test func noise() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<5000 {
      let length = Int.random(in: 0..<40, using: &random)
      check((0..<length).map { _ in Self.signs.dropLast(3).randomElement(using: &random) ?? 0 })
    }
  }
}
