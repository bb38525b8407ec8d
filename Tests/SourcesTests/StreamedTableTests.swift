import EspalierFormats
import EspalierProtocols
import EspalierSources
import Foundation
import Testing

/// Tables that stay in their file, beside the same ones in memory.
@Suite struct StreamedTableTests {
  private func open(
    _ text: String, memory: Int, expected: DataDescription? = nil, needsTargets: Bool = true,
    cache: CSVIndexCache = CSVIndexCache(folder: nil),
    _ change: (inout CSVSource) -> Void = { _ in }
  ) throws -> any Dataset {
    try withFile(text) { context in
      var source = CSVSource("table.csv")
      change(&source)
      return try source.open(
        SourceContext(
          folder: context.folder, expected: expected, needsTargets: needsTargets, memory: memory),
        cache: cache)
    }
  }

  /// Expects the same samples in any order, descriptions and places, or the same complaint.
  private func compare(
    _ text: String, expected: DataDescription? = nil, needsTargets: Bool = true,
    _ change: (inout CSVSource) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var held: (any Dataset)?
    var streamed: (any Dataset)?
    // Folders of each opening are others.
    func words(_ message: String) -> String {
      message.replacing(/\/[^ ]*\/table.csv/, with: "table.csv")
    }
    let first = complaint {
      held = try open(text, memory: .max, expected: expected, needsTargets: needsTargets, change)
    }
    let second = complaint {
      streamed = try open(text, memory: 0, expected: expected, needsTargets: needsTargets, change)
    }
    #expect(words(first) == words(second), sourceLocation: sourceLocation)
    guard let held, let streamed else { return }
    #expect(held is ArrayDataset && !(streamed is ArrayDataset), sourceLocation: sourceLocation)
    #expect(held.count == streamed.count, sourceLocation: sourceLocation)
    let (a, b) = (held.description, streamed.description)
    #expect(a.sampleShape == b.sampleShape && a.featureNames == b.featureNames)
    #expect(a.categories == b.categories && a.target == b.target, sourceLocation: sourceLocation)
    #expect(
      try bits(held.allTargets()) == bits(streamed.allTargets()), sourceLocation: sourceLocation)
    #expect(try held.allWeights() == streamed.allWeights(), sourceLocation: sourceLocation)
    for rows in [
      Array(0..<held.count), Array((0..<held.count).reversed()),
      (0..<held.count).map { $0 * 7919 % held.count }, [held.count - 1, 0, 0],
    ] {
      let (x, y) = (try held.samples(rows), try streamed.samples(rows))
      #expect(
        bits(x.features) == bits(y.features) && bits(x.targets) == bits(y.targets),
        sourceLocation: sourceLocation)
    }
    for sample in stride(from: 0, to: held.count, by: max(1, held.count / 50)) {
      #expect(
        words(held.place(of: sample) ?? "") == words(streamed.place(of: sample) ?? "-"),
        sourceLocation: sourceLocation)
    }
  }

  private func bits(_ values: [Float]) -> [UInt32] {
    values.map { $0.isNaN ? 1 : $0.bitPattern }
  }

  /// A table of many marks, with all that a field can be.
  private static func long(_ separator: String = ",", end: String = "\n", breaks: Bool = false)
    -> String
  {
    var text = ["size", "color", "kind", "count", "mass"].joined(separator: separator) + end
    for row in 0..<3000 {
      let color =
        row % 97 == 0 ? "NA" : ["red", "\"deep\(breaks ? "\n" : " ")blue\"", "green"][row % 3]
      let size = row % 53 == 0 ? "" : "\(Double(row * 37 % 1000) / 8)"
      text += [size, color, row % 5 < 2 ? "yes" : "no", "\(row % 4)", "1.\(row % 10)"]
        .joined(separator: separator)
      text += end + (row % 211 == 0 ? end : "")
    }
    return text
  }

  @Test func tablesOfManySorts() throws {
    for text in [
      Self.long(), Self.long(";"), Self.long("\t", end: "\r\n"), Self.long("|", end: "\r"),
      Self.long(breaks: true), "\u{FEFF}" + Self.long(),
    ] {
      try compare(text) {
        $0.target = ["kind"]
        $0.categories = .auto
      }
      try compare(text) {
        $0.target = ["mass"]
        $0.ignore = ["color", "kind"]
        $0.weight = "count"
      }
      try compare(text) {
        $0.target = ["mass", "count"]
        $0.ignore = ["kind"]
        $0.categories = ["color"]
      }
    }
  }

  @Test func targetsOfManySorts() throws {
    func check(_ targets: [String], _ task: TargetTask = .auto) throws {
      let text = "x,y\n" + targets.enumerated().map { "\($0),\($1)\n" }.joined()
      try compare(text) { $0.task = task }
    }
    try check(["0", "10", "2", "0", "10", "2"])
    try check(["-1", "1.0", "1"])
    try check(["0.5", "1", "1"])
    try check((0..<100).map(String.init))
    try check(["0", "1", "", "1"], .regression)
    try check(["0.5", "1.5", "0.1"], .classification)
    try check(["b", "1", "a", "NA", "1"])
    try check(["1", "b"], .regression)
    try check(["1", "b", "2", "b"], .classification)
    try check(["0.1", "0.2", "16777217", "1e300", "3"])
    try check(["0.1", "0.2", "16777217", "1e30", "3"])
    // More numbers than classes may be.
    try check((0..<70_000).map { "\($0)" })
    try check((0..<70_000).map { "\(Double($0) / 8)" })
  }

  @Test func laterTables() throws {
    let text = Self.long()
    let change: (inout CSVSource) -> Void = {
      $0.target = ["kind"]
      $0.categories = ["color"]
    }
    let learned = try open(text, memory: .max, change).description
    try compare(text, expected: learned, change)
    let other = "kind,color,mass,count,size\nno,green,1,2,3\nyes,red,4,5,6\n"
    try compare(other, expected: learned, change)
    try compare(
      "color,mass,count,size\ngreen,1,2,3\n", expected: learned, needsTargets: false, change)
    try compare(other + "no,pink,1,2,3\n", expected: learned, change)
    try compare(other + "perhaps,red,1,2,3\n", expected: learned, change)
    try compare(other + "no,pink,1,2,3\n", expected: learned) {
      change(&$0)
      $0.unknownCategory = .missing
    }
  }

  @Test func mistakes() throws {
    for text in [
      "a,b\n", "a,b\n1,2\n3\n", "a,b\n1,2\nx,4\n", "a,b\n1,2\n\"3,4\n", "a,b\n1,2\n1e99,4\n",
      "a,b\n1,2\n\n\n\"3\"x,4\n", "a,b\n\"1,5\",2\n",
    ] { try compare(text) }
    try compare("a,w,b\n1,1,2\n3,-1,4\n") { $0.weight = "w" }
    try compare("a,b\n1,2\n-999,4\n") { $0.missing = ["-999"] }
    try compare("a;b\n1,5;2\n3;4\n") { $0.decimalComma = true }
    try compare(Self.long()) {
      $0.target = ["kind"]
      $0.categories = .auto
      $0.shape = [2, 3]
    }
  }

  @Test func knowsWhetherValuesAreMissing() throws {
    func lacks(_ text: String) throws -> Bool? {
      (try open(text, memory: 0) as? any KnowsMissingFeatures)?.hasMissingFeatures
    }
    #expect(try lacks("a,b\n1,2\n3,4\n") == false)
    #expect(try lacks("a,b\n1,2\n?,4\n") == true)
    // A target that is missing is no feature.
    #expect(try lacks("a,b\n1,2\n3,\n") == false)
  }

  /// What fits is held, what does not is streamed.
  @Test func theLimit() throws {
    let text = "a,b,y\n" + String(repeating: "1.25,2,0\n3,4,1\n", count: 5000)
    #expect(try open(text, memory: 4 * 2 * 10_000 + 4000) is ArrayDataset)
    #expect(!(try open(text, memory: 4 * 2 * 10_000 - 4000) is ArrayDataset))
  }

  // MARK: The cache

  private struct Place {
    let folder: String
    let cache: CSVIndexCache

    /// Names and times of the files in the cache; a file that is written anew has another number.
    func entries() -> [String: Int] {
      let folder = folder + "/cache/tables"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return Dictionary(
        uniqueKeysWithValues: names.map {
          let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + $0)
          return ($0, attributes?[.systemFileNumber] as? Int ?? 0)
        })
    }

    func open(_ change: (inout CSVSource) -> Void = { _ in }) throws -> any Dataset {
      var source = CSVSource("table.csv", target: "kind", categories: .auto)
      change(&source)
      return try source.open(SourceContext(folder: folder, memory: 0), cache: cache)
    }

    func write(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/table.csv"))
    }
  }

  private func withCache(_ body: (Place) throws -> Void) throws {
    try withFile(Self.long()) { context in
      try body(
        Place(
          folder: context.folder,
          cache: CSVIndexCache(folder: context.folder + "/cache", least: 1000)))
    }
  }

  @Test func indexIsUsedAgain() throws {
    try withCache { place in
      let first = try place.open()
      let entries = place.entries()
      #expect(entries.count == 1)
      let second = try place.open()
      #expect(place.entries() == entries)
      #expect(bits(try first.samples().features) == bits(try second.samples().features))
      #expect(try first.allTargets() == second.allTargets())
      #expect(first.description.categories == second.description.categories)
      #expect(first.description.target == second.description.target)
      #expect(first.place(of: 2500) == second.place(of: 2500))
      // Other settings have an index of their own.
      _ = try place.open { $0.weight = "count" }
      #expect(place.entries().count == 2)
      #expect(try place.open { $0.weight = "count" }.allWeights()?.count == 3000)
    }
  }

  @Test func indexOfAnEarlierStateIsMadeAgain() throws {
    try withCache { place in
      _ = try place.open()
      let before = place.entries()
      try place.write(Self.long().replacingOccurrences(of: ",yes,", with: ",maybe,"))
      #expect(try place.open().description.target == .classes(["maybe", "no"]))
      #expect(place.entries() != before && place.entries().count == 1)
    }
  }

  @Test func damagedIndexIsMadeAgain() throws {
    try withCache { place in
      let expected = try place.open()
      let samples = try expected.samples()
      let path = place.folder + "/cache/tables/" + place.entries().keys.first!
      let sound = try Data(contentsOf: URL(fileURLWithPath: path))
      var damaged = [Data(), sound.dropLast(), sound + [0], Data(sound.prefix(30))]
      for place in [0, 20, 28, 60, sound.count / 3, sound.count / 2, sound.count - 1] {
        var copy = sound
        copy[place] ^= 0x20
        damaged.append(copy)
      }
      for bytes in damaged {
        try bytes.write(to: URL(fileURLWithPath: path))
        let again = try place.open()
        #expect(try bits(again.samples().features) == bits(samples.features))
        #expect(try again.allTargets() == expected.allTargets())
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == sound)
      }
    }
  }

  @Test func cacheThatCannotBeWritten() throws {
    try withFile(Self.long()) { context in
      let cache = CSVIndexCache(folder: context.folder + "/table.csv/cache", least: 0)
      let source = CSVSource("table.csv", target: "kind", categories: .auto)
      let table = try source.open(SourceContext(folder: context.folder, memory: 0), cache: cache)
      #expect(table.count == 3000)
    }
  }

  @Test func smallTablesLeaveNothingBehind() throws {
    try withFile(Self.long()) { context in
      let cache = CSVIndexCache(folder: context.folder + "/cache")
      let source = CSVSource("table.csv", target: "kind", categories: .auto)
      _ = try source.open(SourceContext(folder: context.folder, memory: 0), cache: cache)
      #expect(!FileManager.default.fileExists(atPath: context.folder + "/cache"))
    }
  }
}
