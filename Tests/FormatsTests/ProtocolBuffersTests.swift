import EspalierFormats
import Foundation
import Testing

@Suite struct ProtocolBuffersTests {
  private func fields(_ bytes: [UInt8]) throws -> [(Int, ProtocolReader.Value)] {
    try bytes.withUnsafeBytes { bytes in
      var reader = ProtocolReader(bytes, of: "test")
      var result: [(Int, ProtocolReader.Value)] = []
      while let field = try reader.next() { result.append((field.field, field.value)) }
      return result
    }
  }

  @Test func numbersAreAsTheWireFormatHasThem() {
    var message = ProtocolWriter()
    message.add(1, 150)
    #expect(message.bytes == [0x08, 0x96, 0x01])
    message = ProtocolWriter()
    message.add(2, "testing")
    #expect(message.bytes == [0x12, 0x07] + Array("testing".utf8))
    message = ProtocolWriter()
    message.add(6, packed: [3, 270, 86942])
    #expect(message.bytes == [0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05])
    message = ProtocolWriter()
    message.add(1, -1)
    #expect(message.bytes == [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01])
    message = ProtocolWriter()
    message.add(20, Float(1))
    #expect(message.bytes == [0xA5, 0x01, 0x00, 0x00, 0x80, 0x3F])
  }

  @Test func whatIsWrittenIsRead() throws {
    var inner = ProtocolWriter()
    inner.add(1, Int.min)
    inner.add(2, Int.max)
    var message = ProtocolWriter()
    message.add(1, inner)
    message.add(3, Float(-0.1))
    message.add(4, packed: [-1, 0, 1 << 40])
    message.add(5, raw: [Float(2), 3])
    try message.bytes.withUnsafeBytes { bytes in
      var reader = ProtocolReader(bytes, of: "test")
      let first = try #require(try reader.next())
      var nested = ProtocolReader(try #require(first.value.content), of: "test")
      #expect(try nested.next()?.value.integer == .min)
      #expect(try nested.next()?.value.integer == .max)
      #expect(try nested.next() == nil)
      #expect(try reader.next()?.value.float == -0.1)
      #expect(try reader.next()?.value.integers(of: "test") == [-1, 0, 1 << 40])
      let raw = try #require(try reader.next()?.value.content)
      #expect(raw.loadUnaligned(fromByteOffset: 4, as: Float.self) == 3)
      #expect(try reader.next() == nil)
    }
  }

  @Test(arguments: [
    ([0x0A, 0x05, 0x01] as [UInt8], "claims 5 bytes"), ([0x08], "ends within a number"),
    ([0x08, 0x80], "ends within a number"), ([0x0D, 0x00, 0x00], "ends within a number"),
    ([0x09, 0, 0, 0, 0, 0, 0, 0], "ends within a number"),
    ([0x08] + [UInt8](repeating: 0xFF, count: 11), "more than 64 bits"),
    ([0x0B], "unknown kind 3"), ([0x00, 0x01], "without a number"),
    ([0x0A] + [UInt8](repeating: 0xFF, count: 9) + [0x01], "claims 18446744073709551615 bytes"),
  ]) func damageIsTold(_ bytes: [UInt8], _ words: String) {
    do {
      _ = try fields(bytes)
      Issue.record("accepted")
    } catch { #expect("\(error)".contains(words), "\(error)") }
  }
}
