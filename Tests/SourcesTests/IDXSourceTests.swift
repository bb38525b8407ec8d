import EspalierProtocols
import EspalierSources
import Testing

@Suite struct IDXSourceTests {
  private let context = SourceContext(folder: repository + "/Tests/Fixtures/formats")

  @Test func images() throws {
    let data = try IDXSource(images: "images.idx", labels: "labels.idx").open(context)
    #expect(data.count == 2 && data.description.sampleShape == [1, 3, 4])
    #expect(data.description.target == .classes(["2", "7"]))
    let (features, targets) = try data.samples([1, 0])
    #expect(targets == [0, 1])
    let bytes: [Int] = Array(12..<24) + Array(0..<12)
    let expected: [Float] = bytes.map { Float($0 * 10) / 255 }
    #expect(features == expected)
    let raw = try IDXSource(images: "images.idx", labels: "labels.idx", scale: false).open(context)
    let unscaled: [Float] = (0..<12).map { Float($0 * 10) }
    #expect(try raw.samples([0]).features == unscaled)
  }

  @Test func prediction() throws {
    let trained = try IDXSource(images: "images.idx", labels: "labels.idx").open(context)
      .description
    let next = SourceContext(folder: context.folder, expected: trained, needsTargets: false)
    let source = try #require(
      IDXSource(images: "x", labels: "labels.idx").reading("images.idx"))
    #expect(try source.open(next).description.target == .none)
    var learned = trained
    learned.target = .classes(["0", "7"])
    let message = complaint {
      _ = try IDXSource(images: "images.idx", labels: "labels.idx").open(
        SourceContext(folder: context.folder, expected: learned))
    }
    #expect(message.contains("sample 1: `2` is none of the classes learned: 0, 7"))
  }

  @Test func refuses() {
    #expect(complaint { _ = try IDXSource(images: "images.idx").open(context) }.contains("labels"))
    #expect(
      complaint { _ = try IDXSource(images: "f4.npy", labels: "labels.idx").open(context) }
        .contains("no IDX file"))
    #expect(
      complaint { _ = try IDXSource(images: "images.idx", labels: "images.idx").open(context) }
        .contains("one number a sample"))
  }
}
