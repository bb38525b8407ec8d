import EspalierProtocols

extension Trainer {
  /// Trains some steps from where the run stands, on batches of its first epochs, and puts all back.
  ///
  /// Random numbers are functions of the step and batches of the epoch, so variables are all there is to
  /// put back.
  func rehearse(_ next: (_ loss: Double?) throws -> Double?) throws {
    if let objectiveOptimizer {
      throw PluginError(
        "\(objectiveOptimizer.pluginName) chooses the length of its steps, so no rate can be looked for"
      )
    }
    let kept = VariableSnapshot(
      programs.variables.variables.filter { $0.role != .flat }, in: programs.memory,
      folder: controller.folder)
    do { try trainSteps(next) } catch {
      try programs.restore(kept)
      throw error
    }
    try programs.restore(kept)
  }

  private func trainSteps(_ next: (_ loss: Double?) throws -> Double?) throws {
    let loader = try BatchLoader(
      part: data.drawn, batchSize: settings.batchSize, shuffle: settings.shuffle,
      dropLast: settings.dropLast, seed: settings.seed, augmentations: settings.augmentations,
      workers: 0)
    var epoch = 0
    var number = 0
    var loss: Double?
    while let rate = try next(loss) {
      var batch = try loader.next()
      if batch == nil {
        epoch += 1
        loader.start(epoch: epoch)
        batch = try loader.next()
      }
      guard let batch else { return }
      number += 1
      let step = try programs.trainingStep(batch: batch.count).step
      try step.run(on: batch, rate: rate, number: number, seed: settings.seed)
      loss = Double(step.output(StepPort.loss)![0])
    }
  }
}
