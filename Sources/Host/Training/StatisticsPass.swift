import EspalierProtocols

/// Measures the statistics that layers keep (batch norm's mean and variance) over the training samples.
///
/// The samples go through in their own order, without augmentation, in batches of the training's size.
struct StatisticsPass {
  let programs: ModelPrograms
  let part: Part
  let settings: Trainer.Settings

  func run() throws {
    let size = min(settings.batchSize, part.count)
    let features = AlignedFloats(count: size * part.description.sampleShape.count)
    var number = 0
    for start in stride(from: 0, to: part.count, by: size) {
      let count = min(size, part.count - start)
      // One sample has no variance.
      if number > 0, count < size, settings.dropLast || count == 1 { break }
      let step = try programs.statisticsStep(batch: count)
      guard !step.plan.program.assignments.isEmpty else { return }
      number += 1
      try Array(start..<start + count).withUnsafeBufferPointer {
        try part.read($0, features: features.pointer, targets: nil)
      }
      try step.run(features: features.pointer, targets: nil, rate: 0, number: number, seed: 0)
    }
  }
}
