import Espalier
import EspalierExport
import EspalierFormats
import EspalierProtocols
import Foundation
import Testing

/// Made-up samples: measurements, whole numbers below five, or a table with gaps and far-off values.
struct Points: Source {
  enum Kind: String, Choice { case measured, whole, untidy }

  static let manifest = Manifest("points", "made-up samples of any shape")

  @Parameter("shape of a sample") var shape: [Int] = [6]
  @Parameter("classes; 0 for two values") var classes: Int = 3
  @Parameter("what the numbers are") var kind: Kind = .measured
  @Parameter("whether targets are sequences of one or two labels") var sequences = false

  init() {}

  static func samples(_ count: Int, _ size: Int, _ kind: Kind, seed: UInt64) -> [[Float]] {
    var random = CounterRandom(seed: seed, stream: "points")
    return (0..<count).map { row in
      (0..<size).map { place in
        let value = random.normal()
        switch kind {
        case .measured: return Float(place % 3 + 1) * value + Float(place % 4)
        case .whole: return Float(abs(Int(value * 100)) % 5)
        case .untidy:
          if place == 1 { return Float(row % 3) }
          if (row + place) % 7 == 0 { return .nan }
          return (row * 5 + place) % 23 == 0 ? 40 * value : value
        }
      }
    }
  }

  func open(_ context: SourceContext) throws -> any Dataset {
    let count = 40
    let size = Shape(shape).count
    let rows = Self.samples(count, size, kind, seed: 3)
    let targets =
      classes > 0
      ? (0..<count).map { Float($0 % classes) }
      : rows.flatMap { row in [100 * (row[0].isNaN ? 0 : row[0]) + 500, row[1] - 3] }
    if sequences {
      var labels: [Float] = []
      for row in 0..<count { labels += [Float(1 + row % 2), row % 3 == 0 ? -1 : 3] }
      let description = DataDescription(
        sampleShape: Shape(shape), target: .values(["first", "second"]))
      return try ArrayDataset(description, features: rows.flatMap { $0 }, targets: labels)
    }
    let target: TargetDescription =
      classes > 0 ? .classes((0..<classes).map { "class_\($0)" }) : .values(["height", "width"])
    let categories = kind == .untidy ? [1: ["blue", "green", "red"]] : [:]
    return try ArrayDataset(
      DataDescription(
        sampleShape: Shape(shape), featureNames: (0..<size).map { "f\($0)" },
        categories: categories, target: target), features: rows.flatMap { $0 }, targets: targets)
  }
}

/// A run of a config, trained for an epoch in memory.
func trained(_ config: String, adding types: [any Plugin.Type] = []) throws -> TrainedRun {
  let plugins = PluginBundle("tests") { return [Points.self] + types }
  let catalog = try defaultCatalog(adding: [plugins])
  let text =
    config + """

      optimizer: {adam: {learning_rate: 0.01}}
      metrics: []
      callbacks: []
      training: {epochs: 1, batch_size: 8, seed: 2}

      """
  let configuration = try ConfigurationLoader(
    catalog: catalog, files: ["test.yaml": Array(text.utf8)], checks: []
  ).load("test.yaml")
  var options = TrainingOptions()
  options.writesFolder = false
  options.catchesSignals = false
  let defaults = HostDefaults(backend: HostDefaults.standard.backend, callbacks: [])
  return try Training.train(configuration, catalog: catalog, defaults: defaults, options: options).1
}

func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Exports a run and compares what the file says of new samples, one and several at once, with what the
/// run says of them.
@discardableResult func checkExport(
  of run: TrainedRun, _ kind: Points.Kind = .measured,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> ONNXModel {
  try withFolder { folder in
    let export = try run.exportONNX(to: folder + "/model.onnx")
    #expect(export.checkedSamples == 16, sourceLocation: sourceLocation)
    #expect(export.note == nil, sourceLocation: sourceLocation)
    let model = try ONNXModel.read(folder + "/model.onnx")
    let shape = run.input.sampleShape
    let samples = Points.samples(5, shape.count, kind, seed: 11)
    let predictions = try run.predict(samples)
    for count in [1, 5] {
      let features = samples.prefix(count).flatMap { $0.map { Double($0) } }
      let results = try ONNXInterpreter(model.graph).run([
        "features": ONNXValue([count] + shape.dimensions, features)
      ])
      for sample in 0..<count {
        let prediction = predictions[sample]
        let isClass = !prediction.classes.isEmpty
        let expected = isClass ? prediction.probabilities : prediction.values
        let all = try #require(results[isClass ? "probabilities" : "values"])
        let width = all.elements.count / count
        #expect(width == expected.count, sourceLocation: sourceLocation)
        for (place, value) in expected.enumerated() {
          let found = all.elements[sample * width + place]
          #expect(
            abs(found - Double(value)) <= 1e-5 * max(1, abs(Double(value))),
            "sample \(sample), number \(place)", sourceLocation: sourceLocation)
        }
        guard isClass else { continue }
        let label = try #require(results["label"]).elements[sample]
        #expect(
          prediction.classes[Int(label)] == prediction.label, sourceLocation: sourceLocation)
      }
    }
    return model
  }
}

/// The samples in the manifests of all built-in plugins of a kind.
func samples(_ kind: PluginKind) -> [String] {
  guard let entries = try? defaultCatalog().all(of: kind) else { return [] }
  var result: [String] = []
  for entry in entries { result.append(entry.type.manifest.sample) }
  return result
}
