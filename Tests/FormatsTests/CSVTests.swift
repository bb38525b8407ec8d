import EspalierFormats
import Foundation
import Testing

@Suite struct CSVTests {
  /// All records of a text, with the lines on which they begin.
  private func records(
    _ text: String, separator: UInt8? = nil
  ) throws -> [(line: Int, fields: [String])] {
    try Array(text.utf8).withUnsafeBytes { raw in
      var reader = try CSVReader(raw, file: "x.csv", separator: separator)
      var result: [(Int, [String])] = []
      while try reader.next() {
        result.append((reader.line, (0..<reader.count).map { reader.text($0) }))
      }
      return result
    }
  }
  private func fields(_ text: String) throws -> [[String]] { try records(text).map(\.fields) }

  @Test func records() throws {
    #expect(try fields("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
    #expect(try fields("a,b\r\n1,2") == [["a", "b"], ["1", "2"]])
    #expect(try fields("a,b\r1,2\r") == [["a", "b"], ["1", "2"]])
    #expect(try fields("\u{FEFF}a,b\n") == [["a", "b"]])
    #expect(try fields("a,b\n\n\n1,\n") == [["a", "b"], ["1", ""]])
    #expect(try fields(",\n") == [["", ""]])
    #expect(try fields("") == [])
    #expect(try fields("\n\n") == [])
  }

  @Test func quotes() throws {
    #expect(
      try fields("\"a,b\",\"say \"\"hi\"\"\"\n\"\",x\"y\n") == [
        ["a,b", "say \"hi\""], ["", "x\"y"],
      ])
    let found = try records("a,b\n\"two\nlines\",1\n\"crlf\r\nin\",2\nlast,3\n")
    #expect(found.map(\.line) == [1, 2, 4, 6])
    #expect(found[1].fields == ["two\nlines", "1"])
    #expect(complaint { _ = try fields("a\n\"open\n") }?.contains("line 2") == true)
    #expect(complaint { _ = try fields("a\n1\n\"x\"y\n") }?.contains("line 3") == true)
  }

  @Test func separators() throws {
    #expect(try fields("a;b\n1,5;2\n") == [["a", "b"], ["1,5", "2"]])
    #expect(try fields("a\tb\n1\t2,3\n") == [["a", "b"], ["1", "2,3"]])
    #expect(try fields("a|b|c\n1|2|3\n") == [["a", "b", "c"], ["1", "2", "3"]])
    #expect(try fields("\"a;b\",c\n\"1;2\",3\n") == [["a;b", "c"], ["1;2", "3"]])
    #expect(try fields("only\n1\n") == [["only"], ["1"]])
    #expect(try records("a,b;c", separator: UInt8(ascii: ";"))[0].fields == ["a,b", "c"])
  }

  @Test func missingValues() throws {
    try Array("a,NA, nan ,<NA>,x,0,\"\",?".utf8).withUnsafeBytes { raw in
      var reader = try CSVReader(raw, file: "x")
      _ = try reader.next()
      #expect(
        (0..<reader.count).map { reader.isMissing($0) } == [
          false, true, true, true, false, false, true, true,
        ])
    }
  }

  @Test func refusesUTF16() throws {
    #expect(
      complaint {
        try ([0xFF, 0xFE, 0x61, 0] as [UInt8]).withUnsafeBytes {
          _ = try CSVReader($0, file: "x")
        }
      }?.contains("UTF-8") == true)
  }

  @Test func numbers() {
    func parse(_ text: String, decimal: Character = ".") -> Double? {
      Array(text.utf8).withUnsafeBufferPointer {
        NumberText.parse($0, decimal: decimal.asciiValue!)
      }
    }
    let texts = [
      "0", "-0", "1", "+2", "007", ".5", "5.", "3.14159", "1e5", "1E-5", "-2.5e+3", "1e22", "1e23",
      "9007199254740993", "123456789012345678901234567890", "0.1", "1e-400", "4.9e-324", "1e400",
      "2.2250738585072011e-308", "0.000000000000000000000000000001234567890123456789", "1e-22",
      "0e999999999999", "179769313486231570814527423731704356798070567525844996598917476803.5",
    ]
    for text in texts { #expect(parse(text) == Double(text)!, "\(text)") }
    #expect(parse(" 1.5\t") == 1.5)
    #expect(parse("1,5", decimal: ",") == 1.5)
    #expect(parse("-0")?.sign == .minus)
    for text in [
      "", " ", "-", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "nan", "inf", "-inf", "0x10", "1_000",
      "1 2", "--1", "１", "1f",
    ] {
      #expect(parse(text) == nil, "\(text)")
    }
    // Against the standard library, over all magnitudes.
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state)
      guard value.isFinite else { continue }
      #expect(parse("\(value)") == value)
      let short = Double(Float(Double(Int32(truncatingIfNeeded: state >> 20)) / 1000))
      #expect(parse("\(short)") == short)
    }
  }

  @Test func aQuarterOfAMillionRecords() throws {
    var text = ""
    for row in 0..<100_000 {
      text += "\(row % 17),0.\(row % 1000),-12.5,3.14159e-2,100\(row % 10),7,8.25,1,2,0.333333333,"
      text += "12345.678,1\n"
    }
    text += String(repeating: "1,2,3,4,5,6,7,8,9,10,11,12\n", count: 150_000)
    let bytes = Array(text.utf8)
    #expect(bytes.count > 9_000_000)
    var records = 0
    var columns = [Double](repeating: 0, count: 12)
    try bytes.withUnsafeBytes { raw in
      var reader = try CSVReader(raw, file: "x")
      while try reader.next() {
        records += 1
        for field in 0..<reader.count { columns[field] += reader.number(field) ?? .nan }
      }
    }
    #expect(records == 250_000)
    #expect(columns[0] == Double((0..<100_000).reduce(0) { $0 + $1 % 17 }) + 150_000)
    #expect(columns[2] == -12.5 * 100_000 + 3 * 150_000)
    #expect(columns[11] == 100_000 + 12 * 150_000)
  }

  /// Records that are cut out of a file are read as in the file, with their lines.
  @Test func recordsFromTheMiddle() throws {
    let text = "a,b\n1,2\n\n3,4\r\n\r\n5,\"x\"\n7,8"
    try text.utf8CString.withUnsafeBytes { raw in
      let bytes = UnsafeRawBufferPointer(rebasing: raw.dropLast())
      var whole = try CSVReader(bytes, file: "t", separator: 0x2C)
      var places: [(offset: Int, line: Int)] = []
      var found: [(text: String, line: Int)] = []
      while true {
        let place = whole.place
        guard try whole.next() else { break }
        places.append(place)
        found.append((whole.text(0), whole.line))
      }
      #expect(
        found.map(\.text) == ["a", "1", "3", "5", "7"] && found.map(\.line) == [1, 2, 4, 6, 7])
      #expect(whole.isPlain)
      for first in found.indices {
        for last in first..<found.count {
          var part = CSVReader(
            records: UnsafeRawBufferPointer(rebasing: bytes[places[first].offset...]), file: "t",
            separator: 0x2C, line: places[first].line)
          part.skipLines(last - first)
          #expect(try part.next())
          #expect(part.text(0) == found[last].text && part.line == found[last].line)
        }
      }
    }
  }

  @Test func whatIsNoLineByItself() throws {
    func isPlain(_ text: String) throws -> Bool {
      try text.utf8CString.withUnsafeBytes { raw in
        var reader = try CSVReader(
          UnsafeRawBufferPointer(rebasing: raw.dropLast()), file: "t", separator: 0x2C)
        while try reader.next() {}
        return reader.isPlain
      }
    }
    #expect(try isPlain("a,b\n1,\"x, y\"\r\n3,4\n"))
    #expect(try !isPlain("a,b\n1,\"x\ny\"\n"))
    #expect(try !isPlain("a,b\r1,2\r"))
  }
}
