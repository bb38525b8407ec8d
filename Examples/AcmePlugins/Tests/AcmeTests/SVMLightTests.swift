import Espalier
import EspalierConformance
import Foundation
import Testing

@testable import Acme

@Suite struct SVMLightTests {
  private func withFile<T>(_ text: String, _ body: (_ folder: String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.path + "/acme-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/data.svm"))
    return try body(folder)
  }

  static let text = """
    # label index:value
    -1 1:0.5 3:2   # the rest is zero
    +1 2:-1.5
    -1
    +1 1:1 2:2 3:3
    """

  @Test func conforms() throws {
    try checkSample(of: SVMLight.self)
    try checkRoundTrip(of: SVMLight("data.svm"))
    try withFile(Self.text) { try checkDeterminism(of: SVMLight("data.svm"), folder: $0) }
  }

  @Test func rows() throws {
    let data = try withFile(Self.text) {
      try #require(try SVMLight("data.svm").open(SourceContext(folder: $0)) as? ArrayDataset)
    }
    #expect(data.description.sampleShape == [3])
    #expect(data.description.target == .classes(["-1", "1"]))
    #expect(data.features == [0.5, 0, 2, 0, -1.5, 0, 0, 0, 0, 1, 2, 3])
    #expect(data.targets == [0, 1, 0, 1])
  }

  @Test(arguments: [
    ("x 1:1", "data.svm:1: a row begins with a number as its label, not `x`"),
    (
      "1 1:1\n2 0:5", "data.svm:2: features are written index:value, with indices from 1, not `0:5`"
    ),
    ("", "data.svm has no rows"),
  ])
  func mistakes(_ text: String, _ message: String) throws {
    let error = try withFile(text) { folder in
      #expect(throws: PluginError.self) {
        try SVMLight("data.svm").open(SourceContext(folder: folder))
      }
    }
    #expect(error?.message == message)
  }
}
