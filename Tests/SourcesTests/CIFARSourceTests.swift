import EspalierProtocols
import EspalierSources
import Foundation
import Testing

@Suite struct CIFARSourceTests {
  /// A record whose pixels count up from a number.
  private func record(_ labels: [UInt8], from start: Int) -> [UInt8] {
    labels + (0..<3072).map { UInt8(($0 + start) % 256) }
  }

  private func inFolder<T>(
    _ files: [String: [UInt8]], _ body: (SourceContext) throws -> T
  ) throws -> T {
    let folder = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, bytes) in files {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    return try body(SourceContext(folder: folder))
  }

  @Test func recordsOfSeveralFiles() throws {
    let files = [
      "a.bin": record([3], from: 0) + record([9], from: 7), "b.bin": record([0], from: 1),
    ]
    try inFolder(files) { context in
      let data = try CIFARSource(["a.bin", "b.bin"]).open(context)
      #expect(data.count == 3)
      #expect(data.description.sampleShape == [3, 32, 32])
      #expect(data.description.target == .classes((0..<10).map { "\($0)" }))
      let (features, targets) = try data.samples([2, 1])
      #expect(targets == [0, 9])
      #expect(features[0] == 1.0 / 255 && features[1024] == 1.0 / 255 && features[255] == 0)
      #expect(features[3072] == 7.0 / 255)
      #expect(try data.allTargets() == [3, 9, 0])
      #expect(data.place(of: 2)?.hasSuffix("b.bin: record 0") == true)
      let raw = try CIFARSource(["a.bin"], scale: false).open(context)
      #expect(try raw.samples([0]).features[255] == 255)
    }
  }

  @Test func fineAndCoarseLabels() throws {
    try inFolder(["train.bin": record([19, 99], from: 0) + record([4, 30], from: 0)]) { context in
      let fine = try CIFARSource(["train.bin"]).open(context)
      #expect(try fine.allTargets() == [99, 30] && fine.description.target.count == 100)
      let coarse = try CIFARSource(["train.bin"], labels: .coarse).open(context)
      #expect(try coarse.samples([0, 1]).targets == [19, 4])
      #expect(coarse.description.target.count == 20)
    }
  }

  @Test func namesOfClasses() throws {
    let names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"
    let files = [
      "a.bin": record([3], from: 0), "names.txt": Array(names.utf8),
      "few.txt": Array("a\nb\n".utf8),
    ]
    try inFolder(files) { context in
      let data = try CIFARSource(["a.bin"], names: "names.txt").open(context)
      #expect(data.description.target.names[3] == "cat")
      #expect(
        complaint { _ = try CIFARSource(["a.bin"], names: "few.txt").open(context) }
          .contains("has 2 names"))
      let next = SourceContext(
        folder: context.folder, expected: data.description, needsTargets: false)
      let again = try #require(CIFARSource(["x"]).reading("a.bin")).open(next)
      #expect(again.description.target.names[0] == "airplane")
    }
  }

  @Test func refuses() throws {
    let files: [String: [UInt8]] = [
      "cut.bin": Array(record([1], from: 0).dropLast()), "empty.bin": [],
      "label.bin": record([1], from: 0) + record([10], from: 0), "python": [0x80, 2, 125],
    ]
    try inFolder(files) { context in
      func message(_ file: FilePath) -> String {
        complaint { _ = try CIFARSource([file]).open(context) }
      }
      #expect(message("cut.bin").contains("cut.bin has 3072 bytes, which are no whole records"))
      #expect(message("empty.bin").contains("empty.bin has 0 bytes"))
      #expect(
        message("label.bin").contains("label.bin: record 1: the label is 10; 0…9 are classes"))
      #expect(message("python").contains("the binary version"))
      #expect(message("none.bin").contains("none.bin"))
      #expect(throws: PluginError.self) { try CIFARSource([]).validate() }
    }
  }
}
