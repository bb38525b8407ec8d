import EspalierExport
import EspalierFormats
import EspalierProtocols
import Foundation

extension TrainedRun {
  /// A model that was written as an ONNX file.
  public struct ONNXExport: Sendable {
    /// The file.
    public let path: String
    /// Its size.
    public let bytes: Int
    /// The graph's inputs and outputs with their extents: `features [N×64]`.
    public let inputs, outputs: [String]
    /// How often each operator occurs.
    public let operators: [String: Int]
    /// Samples for which the file's predictions were compared with the run's.
    public let checkedSamples: Int
    /// The largest difference between the two, as a share of the largest number where that is above 1.
    public let largestDifference: Double
    /// Why the samples were none of the run's own; `nil` when they were.
    public let note: String?
  }

  /// Writes the model as an ONNX file (opset 17), for any number of samples at once.
  ///
  /// The graph takes `features` as the source gives them, applies the run's transforms, and gives what
  /// ``predict(_:)-swift.method`` gives: `probabilities` of the classes with `label`, the number of the
  /// most probable one, or `values` in the data's units. Names of classes and features are in the file's
  /// metadata. Missing values are NaN. The file is read again and run on some of the run's samples; one
  /// that does not agree with the run to 1 in 100,000 is removed.
  ///
  /// - Parameters:
  ///   - path: the file; one that is there is replaced.
  ///   - transforms: whether transforms of samples and targets are part of the graph. Without, it takes what
  ///     the model's first layer takes, and gives what its loss makes of the output.
  ///   - views: whether the run must predict by the graph alone; `false` leaves views at test time out.
  /// - Throws: ``RunFailure`` for what ONNX cannot express, with the layer or transform, for a file that
  ///   cannot be written, and for one that does not agree.
  @discardableResult
  public func exportONNX(
    to path: String, transforms withTransforms: Bool = true, views: Bool = true
  ) throws -> ONNXExport {
    do {
      guard !views || configuration.data.testTime.views.isEmpty else {
        throw ExportFailure(
          "the run joins its predictions over several views of a sample (`data.test_time`), which "
            + "are no part of a graph",
          remedy: "`--without-views` (in Swift `views: false`) writes the model that sees each "
            + "sample once")
      }
      let model = try onnxModel(withTransforms)
      let samples = try ExportSamples(configuration, transforms)
      let bytes = try model.write(to: path)
      do {
        let difference = try check(path, samples, withTransforms)
        return ONNXExport(
          path: path, bytes: bytes, inputs: model.graph.inputs.map(Self.text),
          outputs: model.graph.outputs.map(Self.text),
          operators: Dictionary(model.graph.nodes.map { ($0.kind, 1) }, uniquingKeysWith: +),
          checkedSamples: samples.count, largestDifference: difference, note: samples.note)
      } catch {
        try? FileManager.default.removeItem(atPath: path)
        throw error
      }
    } catch let failure as RunFailure {
      throw failure
    } catch {
      throw RunFailure("the model cannot be exported: \(error)", folder: folder)
    }
  }

  // MARK: Writing

  private func onnxModel(_ withTransforms: Bool) throws -> ONNXModel {
    let recording = ModelRecording(
      layers: programs.definition.layers, loss: programs.definition.loss, transforms: transforms,
      variables: programs.variables, withTransforms: withTransforms)
    let batch = try BatchProgram(recording.program)
    let probabilities = ModelRecording.Output.probabilities.rawValue
    let description = ONNXTranslation.Description(
      name: configuration.name, version: espalierVersion,
      classOutput: batch.program.outputs.first { $0.name == probabilities }?.name,
      metadata: metadata(withTransforms))
    return try ONNXTranslation.model(of: batch, description) { [programs] variable in
      programs.memory.read(programs.current(variable))
    }
  }

  private func metadata(_ withTransforms: Bool) -> [ONNXModel.Entry] {
    let data = withTransforms ? transforms.input : transforms.output
    func list(_ texts: [String]) -> String { JSON.list(texts.map(JSON.text)).serialized }
    var entries = [
      ONNXModel.Entry("espalier_version", espalierVersion),
      ONNXModel.Entry(
        "input", withTransforms ? "samples as the source gives them" : "transformed samples"),
    ]
    switch transforms.input.target {
    case .classes(let names): entries.append(.init("classes", list(names)))
    case .values(let names): entries.append(.init("values", list(names)))
    case .none: break
    }
    if !data.featureNames.isEmpty { entries.append(.init("features", list(data.featureNames))) }
    if !data.categories.isEmpty {
      let levels = data.categories.sorted { $0.key < $1.key }.map { feature, names in
        JSON.Member(data.name(ofFeature: feature), .list(names.map(JSON.text)))
      }
      entries.append(.init("categories", JSON.object(levels).serialized))
    }
    return entries
  }

  private static func text(_ port: ONNXPort) -> String {
    let extents = port.shape.map { extent in
      switch extent {
      case .fixed(let number): "\(number)"
      case .named(let name): name
      }
    }
    return "\(port.name) [\(extents.joined(separator: "×"))]"
  }

  // MARK: Checking

  /// Reads the file again, runs it, and compares.
  /// - Returns: the largest difference.
  private func check(
    _ path: String, _ samples: ExportSamples, _ withTransforms: Bool
  ) throws -> Double {
    let graph = try ONNXModel.read(path).graph
    let count = samples.count
    var features = samples.raw
    if !withTransforms {
      features = [Float](repeating: 0, count: count * transforms.output.sampleShape.count)
      let rows = Array(0..<count)
      try rows.withUnsafeBufferPointer { rows in
        try features.withUnsafeMutableBufferPointer {
          try samples.part.read(rows, features: $0.baseAddress!, targets: nil)
        }
      }
    }
    let shape = withTransforms ? transforms.input.sampleShape : transforms.output.sampleShape
    let results = try ONNXInterpreter(graph).run([
      ModelRecording.input: ONNXValue([count] + shape.dimensions, features.map { Double($0) })
    ])
    let (name, found) = results.first { $0.key != "label" } ?? ("", ONNXValue([], []))
    var values = found.elements.map { Float($0) }
    if !withTransforms {
      values.withUnsafeMutableBufferPointer { transforms.invertTargets($0, count: count) }
    }
    let expected = try predictions(samples.part, asClasses: name == "probabilities")
    guard values.count == expected.count else {
      throw RunFailure(
        "\(path) gives \(values.count) numbers where the run gives \(expected.count)")
    }
    let scale = max(1, expected.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 1)
    var largest = 0.0
    for (place, expectation) in expected.enumerated() {
      let value = values[place]
      // What the run predicts is the measure, whatever that is.
      if value == expectation || value.isNaN && expectation.isNaN { continue }
      let difference = Double((value - expectation).magnitude / scale)
      guard difference <= Self.tolerance else {
        throw RunFailure(
          "for sample \(place / (expected.count / count)) the file would predict \(value) where the "
            + "run predicts \(expectation), further apart than 1 in 100,000: \(path) was removed; "
            + "numbers that cancel in single precision, as features that were not normalized, can be "
            + "the reason")
      }
      largest = max(largest, difference)
    }
    try checkLabels(results["label"], expected, count, path)
    return largest
  }

  private static let tolerance = 1e-5

  private func predictions(_ part: Part, asClasses: Bool) throws -> [Float] {
    let plain = Evaluator(
      programs: programs, metrics: [], transforms: transforms, views: .plain)
    let (width, values) = try plain.predict(part)
    let all = Predictions(
      count: part.count, width: width, values: values, target: transforms.input.target)
    return asClasses ? all.flatMap(\.probabilities) : values
  }

  /// The class that the file names must be as probable as any.
  private func checkLabels(
    _ labels: ONNXValue?, _ probabilities: [Float], _ count: Int, _ path: String
  ) throws {
    guard let labels else { return }
    let classes = probabilities.count / max(count, 1)
    for (sample, label) in labels.elements.enumerated() {
      let row = probabilities[sample * classes..<(sample + 1) * classes]
      guard let place = Int(exactly: label), place < classes,
        Double((row.max() ?? 0) - row[row.startIndex + place]) <= Self.tolerance
      else { throw RunFailure("the file would name the class \(label) for sample \(sample)") }
    }
  }
}
