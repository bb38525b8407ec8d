import EspalierFormats
import Testing

@Suite struct JSONTests {
  @Test func reads() throws {
    let text = #" {"a": [1, -2.5, 1e3, true, false, null], "b": {"c": "\u00fc\n\ud83d\ude00\/"}} "#
    let json = try JSON.parse(text, file: "x")
    #expect(
      json["a"]
        == .list([.integer(1), .number(-2.5), .number(1000), .bool(true), .bool(false), .null]))
    #expect(json["b"]?["c"] == .text("ü\n😀/"))
    #expect(try JSON.parse(json.serialized, file: "x") == json)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "01", "1.", "+1", "nul", "\"\\x\"", "\"\\ud800\"",
    "\"\\udc00x\"",
    "1 2", "{\"a\":1,\"a\":2}", "\"\u{1}\"", "\"open", "{1:2}", "-", "1e", "NaN",
  ])
  func refuses(_ text: String) {
    #expect(complaint { _ = try JSON.parse(text, file: "x") } != nil)
  }

  @Test func refusesTextThatIsNotUTF8() {
    let bytes: [UInt8] = [0x22, 0xFF, 0xFE, 0x22]
    bytes.withUnsafeBytes { raw in
      #expect(complaint { _ = try JSON.parse(raw, file: "x") }?.contains("UTF-8") == true)
    }
  }

  @Test func numbersThatAreNotFiniteBecomeNull() {
    #expect(JSON.list([.number(.nan), .number(0.5)]).serialized == "[null,0.5]")
  }
}
