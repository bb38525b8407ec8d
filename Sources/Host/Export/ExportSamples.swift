import EspalierProtocols

/// A few samples on which an exported model is compared with the run.
struct ExportSamples {
  /// Samples as the source gives them.
  let raw: [Float]
  /// The same as the model sees them.
  let part: Part
  /// Why they are none of the run's own; `nil` when they are.
  let note: String?

  var count: Int { part.count }

  /// How many there are at most.
  static let most = 16

  /// Samples of the run's own data, or drawn ones where these cannot be read.
  ///
  /// - Throws: ``RunFailure`` when the model takes neither.
  init(_ configuration: RunConfiguration, _ transforms: FittedTransforms) throws {
    let reason: String
    do {
      if let own = try Self.own(configuration, transforms) {
        self = own
        return
      }
      reason = "the run's own samples have values that it does not take"
    } catch {
      reason = "the run's own samples cannot be read: \(error)"
    }
    let values = Self.drawn(transforms)
    do {
      var description = transforms.input
      description.target = .none
      let dataset = try ArrayDataset(description, features: values, targets: [])
      self.init(raw: values, part: try transforms.apply(to: dataset), note: reason)
    } catch {
      throw RunFailure("there are no samples to check the exported model with: \(reason); \(error)")
    }
  }

  private init(raw: [Float], part: Part, note: String?) {
    self.raw = raw
    self.part = part
    self.note = note
  }

  /// Numbers such as the run may have seen.
  private static func drawn(_ transforms: FittedTransforms) -> [Float] {
    var random = CounterRandom(seed: 1, stream: "export")
    let width = transforms.input.sampleShape.count
    var values = (0..<most * width).map { _ in random.normal() }
    // What is normal to the model leads back through its normalizers to the data's own scale.
    let steps = transforms.steps.filter { !($0.plugin is any Cleaner) }
    let leadsBack = transforms.steps.allSatisfy { $0.transform.outputShape.count == width }
    if leadsBack, !steps.isEmpty,
      steps.reversed().allSatisfy({ step in
        values.withUnsafeMutableBufferPointer { step.transform.invert($0, count: most) }
      })
    {
      return values
    }
    // Zeros and ones are numbers of words, levels of categories and measurements alike.
    return (0..<most * width).map { _ in random.normal() > 0 ? 1 : 0 }
  }

  private static func own(
    _ configuration: RunConfiguration, _ transforms: FittedTransforms
  ) throws -> ExportSamples? {
    let parts = try RunData.split(configuration)
    let samples =
      [parts.test, parts.validation].compactMap { $0 }.first { $0.rows.count >= most }
      ?? parts.training
    var rows = Array(samples.rows.prefix(most))
    // A sample that the run refuses, such as one with an unknown category, is passed over.
    if (try? transforms.apply(to: samples.dataset, rows: SampleNumbers(rows))) == nil {
      rows = Array(
        samples.rows.prefix(16 * most)
          .filter { (try? transforms.apply(to: samples.dataset, rows: SampleNumbers([$0]))) != nil }
          .prefix(most))
    }
    guard !rows.isEmpty else { return nil }
    let raw = AlignedFloats(count: rows.count * transforms.input.sampleShape.count)
    try rows.withUnsafeBufferPointer {
      try samples.dataset.read($0, features: raw.pointer, targets: nil)
    }
    return ExportSamples(
      raw: Array(raw.buffer),
      part: try transforms.apply(to: samples.dataset, rows: SampleNumbers(rows)),
      note: nil)
  }
}
