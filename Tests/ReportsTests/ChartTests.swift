import EspalierFormats
import Foundation
import Testing

@testable import EspalierReports

@Suite struct ChartTests {
  @Test func ticksAreRound() {
    let axis = Axis(0...1)
    #expect(axis.ticks().map(\.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(
      Axis(1...10, isWhole: true).ticks(about: 6).map(\.value) == [2, 4, 6, 8, 10])
    #expect(Axis(1...3, isWhole: true).ticks(about: 6).map(\.value) == [1, 2, 3])
    #expect(Axis(-0.05...0.05).ticks().map(\.label) == ["−0.04", "−0.02", "0", "0.02", "0.04"])
    #expect(Axis(0...50000).ticks().map(\.label) == ["0", "10k", "20k", "30k", "40k", "50k"])
  }

  @Test func decades() {
    let axis = Axis(1e-5...1e-1, scale: .logarithmic)
    #expect(axis.ticks().map(\.label) == ["1e-5", "1e-4", "1e-3", "0.01", "0.1"])
    #expect(abs(axis.share(1e-3) - 0.5) < 1e-12)
    #expect(
      Axis(0.9...6, scale: .logarithmic).ticks().map(\.value) == [1, 2, 5])
  }

  @Test func scaleFollowsValues() {
    #expect(Axis(fitting: [1, 29]).scale == .linear)
    #expect(Axis(fitting: [1, 31]).scale == .logarithmic)
    #expect(Axis(fitting: [0, 31]).scale == .linear)
    #expect(Axis(fitting: [-1, 31], scale: .logarithmic).scale == .linear)
    let bounded = Axis(fitting: [0.5, 1], within: 0...1)
    #expect(bounded.upper == 1 && bounded.lower < 0.5)
  }

  /// Values from outside may be anything.
  @Test(
    arguments: [
      [], [.nan], [.infinity, 1], [5], [0, 0], [1e308, -1e308], [3e-308, 1e308], [1e-300, 1e-300],
      [1e16, 1e16 + 2],
    ] as [[Double]])
  func anyValues(values: [Double]) {
    for scale in [nil, Axis.Scale.linear, .logarithmic] {
      let axis = Axis(fitting: values, scale: scale)
      #expect(axis.lower.isFinite && axis.upper.isFinite && axis.lower <= axis.upper)
      #expect(axis.ticks().count < 40)
      let chart = LineChart(
        title: "x", lines: [.init(name: "a", points: values.enumerated().map { (Double($0), $1) })])
      let html = Node("div") { chart.figure }.html
      #expect(!html.contains("nan ") && !html.contains("inf "), "\(html.prefix(900))")
    }
  }

  @Test func gapsAreLeftAndLonePointsSeen() {
    let plot = Plot(x: Axis(0...10), y: Axis(0...10))
    let path = plot.path([(0, 1), (1, 2), (2, .nan), (3, 4), (4, .nan)])
    #expect(path.filter { $0 == "M" }.count == 2)
    #expect(path.filter { $0 == "L" }.count == 1)
    #expect(path.hasSuffix("h0"))
    let logarithmic = Plot(x: Axis(0...10), y: Axis(1...10, scale: .logarithmic))
    #expect(logarithmic.path([(0, 0), (1, -1)]) == "")
  }

  @Test func thinningKeepsPeaksAndEnds() {
    var points = (0..<100_000).map { (x: Double($0), y: 1.0) }
    points[54_321].y = 99
    points[77_777].y = -3
    points[12_345].y = .nan
    let thinned = Thinning.thinned(points, to: 400)
    #expect(thinned.count < 450)
    #expect(thinned.contains { $0.y == 99 } && thinned.contains { $0.y == -3 })
    #expect(thinned.contains { $0.y.isNaN })
    #expect(thinned.first?.x == 0 && thinned.last?.x == 99_999)
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
    let few = [(x: 0.0, y: 1.0), (x: 1.0, y: 2.0)]
    #expect(Thinning.thinned(few).count == 2)
    #expect(
      Thinning.spaced(points.prefix(1000).map { ($0.x / 1000, 0) }, distance: 0.1).count == 11)
  }

  @Test func labelsDoNotOverlap() {
    let places = Figure.spread([50, 51, 49, 200, 200], gap: 12, within: 10...205)
    let sorted = places.sorted()
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 11.999 })
    #expect(sorted.last! <= 205)
    // The order stays.
    #expect(places[2] < places[0] && places[0] < places[1])
  }

  @Test func linesHaveNamesMarksAndNumbers() {
    var chart = LineChart(
      title: "loss",
      lines: [
        .init(name: "train", points: [(1, 0.9), (2, 0.5)], style: .light),
        .init(name: "validation", points: [(1, 0.8), (2, 0.7)]),
      ])
    chart.marks = [.init(x: 2, label: "best: epoch 2")]
    let check = checked(Node("html", ["lang": "en"]) { chart.figure }.page)
    for word in ["train", "validation", "best: epoch 2"] { #expect(check.has("text", word)) }
    #expect(check.has("title", "validation, epoch 2: 0.7"))
    #expect(check.texts["td"]?.contains("0.8") == true)
  }

  @Test func pictures() throws {
    let sample: [Float] = [0, 0.5, 1, 0.25]
    let image = try #require(SampleImage([1, 2, 2], showing: [sample]))
    #expect(image.picture(sample).bytes == [0, 128, 255, 64])
    let address = image.picture(sample).address
    let prefix = "data:image/png;base64,"
    let file = try #require(Data(base64Encoded: String(address.dropFirst(prefix.count))))
    let read = try file.withUnsafeBytes { try ImageFile.image(of: $0, named: "picture") }
    #expect(address.hasPrefix(prefix) && read == image.picture(sample))
    let bytes: [Float] = [0, 255, 128, 64]
    #expect(
      try #require(SampleImage([1, 2, 2], showing: [bytes])).picture(bytes).bytes == [
        0, 255, 128, 64,
      ])
    // Channels lie beside each other in a picture.
    let colours: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1]
    let png = try #require(SampleImage([3, 2, 2], showing: [colours])).picture(colours)
    #expect(png.bytes == [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255])
    // Large ones are made smaller: 200 pixels by fours.
    let large = [Float](repeating: 1, count: 200 * 100)
    let small = try #require(SampleImage([1, 200, 100], showing: [large])).picture(large)
    #expect((small.width, small.height) == (25, 50))
    #expect(SampleImage([4], showing: [sample]) == nil)
    #expect(SampleImage([1, 2, 2], showing: [[1]]) == nil)
  }

  @Test func numbersInWords() {
    #expect(NumberWords.brief(0.131234) == "0.1312")
    #expect(NumberWords.brief(-2) == "−2")
    #expect(NumberWords.brief(1.5e-7) == "1.5e-7")
    #expect(NumberWords.brief(.nan) == "not a number")
    #expect(NumberWords.count(1_437_120) == "1\u{202F}437\u{202F}120")
    #expect(NumberWords.duration(0.0123) == "12 ms")
    #expect(NumberWords.duration(250) == "4 min 10 s")
    #expect(NumberWords.duration(.infinity) == "∞ s")
    #expect(NumberWords.percent(0.98611) == "98.6 %")
  }
}
