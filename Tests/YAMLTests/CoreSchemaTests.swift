import EspalierYAML
import Testing

/// What plain scalars mean by the core schema of YAML 1.2.
@Suite struct CoreSchemaTests {
  @Test(arguments: ["", "~", "null", "Null", "NULL"]) func nulls(text: String) throws {
    #expect(try YAML.parse(text).value == .null)
  }

  @Test(arguments: [
    ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false),
    ("FALSE", false),
  ]) func truth(text: String, value: Bool) throws {
    #expect(try YAML.parse(text).value == .bool(value))
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("12", 12), ("012", 12), ("-7", -7), ("+7", 7), ("0o14", 12),
    ("0x1F", 31), ("0xff", 255), ("9223372036854775807", Int.max),
    ("-9223372036854775808", Int.min), ("0x7FFFFFFFFFFFFFFF", Int.max),
  ]) func integers(text: String, value: Int) throws {
    #expect(try YAML.parse(text).value == .int(value))
  }

  @Test(
    arguments: [
      ("1e-3", 1e-3), ("1E5", 1e5), ("1e+3", 1e3), (".5", 0.5), ("1.", 1), ("-1.5", -1.5),
      ("+.5e1", 5), ("0.1", 0.1), (".inf", .infinity), ("-.INF", -.infinity),
      ("+.Inf", .infinity), (".nan", .nan), (".NAN", .nan), ("1e999", .infinity),
      ("9223372036854775808", 9_223_372_036_854_775_808), ("0x10000000000000000", 0x1p64),
      ("123456789012345678901234567890", 1.2345678901234568e29), ("6.02214076e23", 6.02214076e23),
    ] as [(String, Double)]) func floats(text: String, value: Double) throws
  {
    #expect(try YAML.parse(text).value == .float(value))
  }

  @Test(arguments: [
    "no", "yes", "on", "off", "y", "1_000", "0b11", "12:30:45", "2026-01-02", "nan", "inf",
    ".iNf", "-.nan", "0o8", "0xG", "0x", "0o", "-0x1F", "1e", "e5", ".", "+", "1.2.3", "tRUE",
    "nULL", "1e5.0", "+-1", "--1", "0x1p3", "infinity", "-", "１",
  ]) func texts(text: String) throws {
    #expect(try YAML.parse("[\(text == "-" ? "'-'" : text)]")[0]?.value == .string(text))
  }

  @Test func quotesAndTagsMakeText() throws {
    for text in ["'12'", "\"12\"", "!!str 12", "! 12", "!mine 12", "|-\n 12"] {
      #expect(try YAML.parse(text).value == .string("12"), "\(text)")
    }
  }

  @Test func tagsConvert() throws {
    #expect(try YAML.parse("!!float 3").value == .float(3))
    #expect(try YAML.parse("!!int '3'").value == .int(3))
    #expect(try YAML.parse("!!bool \"true\"").value == .bool(true))
    #expect(try YAML.parse("!!null ''").value == .null)
  }

  @Test(arguments: ["!!int x", "!!int 1.5", "!!float word", "!!bool no", "!!null 0"])
  func tagsThatContradictTheText(text: String) {
    #expect(throws: YAMLError.self) { try YAML.parse(text) }
  }
}
