import EspalierProtocols

/// What a training step consists of.
package struct StepDefinition {
  package var layers: [any Layer]
  package var loss: any Loss
  package var optimizer: any Optimizer
  package var regularizers: [any Regularizer]
  package var callbacks: [any Callback]
  package var data: DataDescription
  /// Rows of each class in the training split.
  package var classCounts: [Int]
  /// What a training step gets beside features and class numbers or values.
  package var batch: BatchForm
  /// By how much the rates of parameters differ.
  package var rateFactors: RateFactors
  /// Elements from which on a parameter has a group of its own, and so an update that needs no other gradient.
  package var ownGroupFrom = 1 << 20

  package init(
    layers: [any Layer], loss: any Loss, optimizer: any Optimizer,
    regularizers: [any Regularizer] = [], callbacks: [any Callback] = [], data: DataDescription,
    classCounts: [Int] = [], batch: BatchForm = BatchForm(),
    rateFactors: RateFactors = RateFactors()
  ) {
    self.layers = layers
    self.loss = loss
    self.optimizer = optimizer
    self.regularizers = regularizers
    self.callbacks = callbacks
    self.data = data
    self.classCounts = classCounts
    self.batch = batch
    self.rateFactors = rateFactors
  }

  /// Batches whose gradients make one update together.
  package var accumulatedSteps: Int { callbacks.map(\.accumulatedSteps).max() ?? 1 }

  /// How products of a layer read their operands in training, by its path; `nil` where no callback minds.
  var productPrecision: ((String) -> ProductPrecision?)? {
    guard callbacks.contains(where: \.changesProductPrecision) else { return nil }
    return { path in callbacks.lazy.compactMap { $0.productPrecision(in: path) }.last }
  }

  /// Whether somebody wants to see gradients between backward and update.
  package var splitsAtGradients: Bool { callbacks.contains { $0.events.contains(.afterBackward) } }
}

/// What a training step gets beside features and class numbers or values.
package struct BatchForm: Hashable, Sendable {
  /// Whether targets are shares of classes, [n, classes].
  package var hasShares = false
  /// Whether samples have weights, [n].
  package var hasWeights = false
  /// Whether target values have another scale than in the data.
  package var hasScaledTargets = false

  package init(
    hasShares: Bool = false, hasWeights: Bool = false, hasScaledTargets: Bool = false
  ) {
    self.hasShares = hasShares
    self.hasWeights = hasWeights
    self.hasScaledTargets = hasScaledTargets
  }
}

/// The programs of a training step: one, or two with a stop between gradients and update.
package struct RecordedStep {
  package var program: Program
  /// From gradients to new parameters, if the step is split.
  package var update: Program?
  package var layers: [LayerStep]
  /// Whether a layer wants its statistics measured over the training samples.
  package var wantsExactStatistics = false
  /// Names of the callbacks that changed a part of the step, in order.
  package var changes: [Change: [String]] = [:]

  /// What of a step a callback may change while it is recorded.
  package enum Change: String, CaseIterable { case batch, parameters, loss, gradients }
}

/// Names of a step's inputs and outputs.
package enum StepPort {
  package static let features = "features"
  package static let target = "target"
  package static let weights = "weights"
  package static let rate = "rate"
  package static let number = "step"
  package static let windowSamples = "window_samples"
  package static let loss = "loss"
  package static let objective = "objective"
  package static let prediction = "prediction"
}

/// Records the programs of a model.
package struct StepRecording {
  let definition: StepDefinition
  let variables: VariableTable
  private let epoch: Int

  /// - Parameter epoch: the epoch whose training step is recorded, which tells what is frozen.
  package init(_ definition: StepDefinition, variables: VariableTable, epoch: Int = 1) {
    self.definition = definition
    self.variables = variables
    self.epoch = epoch
  }

  private func features(_ recorder: Recorder, _ batch: Int) -> Tensor {
    recorder.input(StepPort.features, Shape([batch] + definition.data.sampleShape.dimensions))
  }

  private func target(_ recorder: Recorder, _ batch: Int) -> Tensor {
    switch definition.data.target {
    case .classes(let names) where recorder.isTraining && definition.batch.hasShares:
      recorder.input(StepPort.target, [batch, names.count])
    case .classes, .none: recorder.input(StepPort.target, [batch])
    case .values(let names): recorder.input(StepPort.target, [batch, names.count])
    }
  }

  private func output(_ recorder: Recorder, _ x: Tensor) throws -> Tensor {
    try recorder.reading(recorder.isTraining ? definition.productPrecision : nil) {
      try Scope(recorder).apply(definition.layers, to: x)
    }
  }

  /// A model with too few or too many outputs trains on nonsense, or reads classes that do not exist.
  private func checkOutputs(_ recorder: Recorder, _ output: Tensor) throws {
    guard let wanted = definition.loss.outputs(for: definition.data.target),
      recorder.failure == nil, output.rank == 2, output.shape.last != wanted
    else { return }
    let target = definition.data.target
    let things = target.task == .classification ? "classes" : "values"
    throw RecordingFailure(
      path: "loss",
      message:
        "\(output.shape.last) outputs a sample, but \(definition.loss.pluginName) needs \(wanted) "
        + "for \(target.count) \(things) (\(target.names.prefix(4).joined(separator: ", "))"
        + (target.count > 4 ? ", …)" : ")"),
      layers: recorder.layers)
  }

  /// Predictions of another size than the targets cannot be brought back to the targets' scale.
  private func checkScale(of prediction: Tensor, _ count: Int, _ recorder: Recorder) throws {
    let width = definition.data.target.width
    guard definition.batch.hasScaledTargets, recorder.failure == nil,
      prediction.shape.count != count * width
    else { return }
    let error = PluginError(
      "it predicts \(prediction.shape.count / max(count, 1)) numbers a sample, which "
        + "`data.target_normalize` cannot bring back to the scale of \(width)",
      remedy: "leave `target_normalize` out")
    throw RecordingFailure(error, path: "loss", layers: recorder.layers)
  }

  private func weights(_ recorder: Recorder, _ batch: Int) -> Tensor? {
    definition.batch.hasWeights ? recorder.input(StepPort.weights, [batch]) : nil
  }

  private func loss(
    _ recorder: Recorder, _ output: Tensor, _ target: Tensor, weights: Tensor? = nil
  ) throws -> Tensor {
    try checkOutputs(recorder, output)
    do { return try recordedLoss(recorder, output, target, weights) } catch {
      throw RecordingFailure(error, path: "loss", layers: recorder.layers)
    }
  }

  private func recordedLoss(
    _ recorder: Recorder, _ output: Tensor, _ target: Tensor, _ weights: Tensor?
  ) throws -> Tensor {
    try recorder.within("loss") {
      var context = LossContext(
        isTraining: recorder.isTraining, sampleWeights: weights,
        classCounts: definition.classCounts, scope: Scope(recorder: recorder, path: "loss"))
      context.modelParameters = variables.learned.filter { !$0.name.hasPrefix("loss.") }
        .map { ($0.name, recorder.used($0)) }
      return try definition.loss(output, target, context)
    }
  }

  // MARK: Evaluation

  /// Model and loss without training behaviour.
  ///
  /// - Parameter withLoss: false for data without targets.
  package func evaluation(batch: Int, withLoss: Bool = true) throws -> RecordedStep {
    let recorder = Recorder(variables: variables, isTraining: false)
    let output = try output(recorder, features(recorder, batch))
    recorder.output(StepPort.prediction, definition.loss.prediction(from: output))
    if withLoss {
      recorder.output(StepPort.loss, try loss(recorder, output, target(recorder, batch)))
    }
    return RecordedStep(program: try recorder.finish(), update: nil, layers: recorder.layers)
  }

  /// The layers as in evaluation, but for those that keep statistics: they measure them batch by batch.
  package func statistics(batch: Int) throws -> Program {
    let recorder = Recorder(variables: variables, isTraining: false)
    recorder.collectedBatch = recorder.input(StepPort.number, [])
    _ = try output(recorder, features(recorder, batch))
    return try recorder.finish()
  }

  // MARK: Training

  /// Forward, loss, penalties, gradients, clipping, update.
  ///
  /// - Parameters:
  ///   - splits: whether there is a stop between gradients and update.
  ///   - part: what is done with the gradients.
  package func training(
    batch count: Int, splits: Bool? = nil, part: StepPart = .whole
  ) throws -> RecordedStep {
    let splits = splits ?? definition.splitsAtGradients
    let recorder = Recorder(variables: variables, isTraining: true)
    var changes: [RecordedStep.Change: [String]] = [:]
    let x = features(recorder, count)
    let y = target(recorder, count)
    let weights = weights(recorder, count)
    let rate = recorder.input(StepPort.rate, [])
    let number = recorder.input(StepPort.number, [])

    var batch = RecordedBatch(features: x, target: y, sampleWeights: weights, step: number)
    for callback in definition.callbacks {
      let before = [batch.features, batch.target]
      recorder.within(callback.pluginName) { callback.transform(batch: &batch) }
      if !same(before, [batch.features, batch.target]) {
        changes[.batch, default: []].append(callback.pluginName)
      }
    }
    let (output, dataLoss, changers) = try changedForward(recorder, batch)
    changes[.parameters] = changers.isEmpty ? nil : changers
    if let failure = recorder.failure { throw failure }
    guard dataLoss.shape.count == 1 else {
      let error = PluginError(
        "it gave \(dataLoss.shape), but a loss is one number", remedy: "take the mean, `.mean()`")
      throw RecordingFailure(error, path: "loss", layers: recorder.layers)
    }
    recorder.output(StepPort.loss, dataLoss)
    let prediction = definition.loss.prediction(from: output)
    recorder.output(StepPort.prediction, prediction)
    try checkScale(of: prediction, count, recorder)

    let target = batch.target
    var context = StepContext(
      output: output, features: batch.features, target: target, step: number, rate: rate,
      lossForInputs: { [weights = batch.sampleWeights] in
        try self.loss(recorder, self.output(recorder, $0), target, weights: weights)
      })
    var total = try dataLoss + penalties(recorder) + activityPenalties(recorder)
    for callback in definition.callbacks {
      let before = total
      total = recorder.within(callback.pluginName) { callback.transform(loss: total, context) }
      if !same([before], [total]) { changes[.loss, default: []].append(callback.pluginName) }
    }
    if recorder.failure == nil, total.shape.count != 1 {
      let names = changes[.loss, default: []].joined(separator: ", ")
      throw PluginError("\(names) made the loss \(total.shape); it must stay one number")
    }

    var gradients = try gradients(recorder, of: total)
    if let optimizer = definition.optimizer as? any ObjectiveOptimizer {
      return try objective(recorder, optimizer, total, gradients, context, part, changes)
    }
    context.gradientsAtOffset = { [context] in
      try self.gradients(recorder, batch, offset: $0, context: context)
    }
    gradients = try recorder.within("optimizer") {
      try definition.optimizer.gradients(gradients, context)
    }
    if definition.accumulatedSteps > 1 {
      gradients = try updates.accumulated(
        recorder, gradients, samples: count, weights: batch.sampleWeights, part)
      if part.holdsBack {
        return RecordedStep(
          program: try recorder.finish(), update: nil, layers: recorder.layers, changes: changes)
      }
    }
    // Before anything could hide it, as clipping would.
    let overflow = try LossScaleRecording(definition, variables)?.overflow(in: gradients)
    for callback in definition.callbacks {
      let before = gradients.groups.map(\.flat)
      recorder.within(callback.pluginName) { callback.transform(gradients: &gradients, context) }
      if !same(before, gradients.groups.map(\.flat)) {
        changes[.gradients, default: []].append(callback.pluginName)
      }
    }
    var update: Program?
    if splits {
      update = try updates.program(after: recorder, gradients, overflow: overflow)
    } else {
      try updates.record(recorder, gradients, rate: rate, number: number, overflow: overflow)
    }
    return RecordedStep(
      program: try recorder.finish(), update: update, layers: recorder.layers,
      wantsExactStatistics: recorder.wantsExactStatistics, changes: changes)
  }

  func same(_ a: [Tensor], _ b: [Tensor]) -> Bool { a.map(\.place) == b.map(\.place) }

  /// Output and loss with what callbacks make of the parameters, and who changed any.
  private func changedForward(
    _ recorder: Recorder, _ batch: RecordedBatch
  ) throws -> (output: Tensor, loss: Tensor, changers: [String]) {
    var changers: [String] = []
    let changed = { (variable: Variable, value: Tensor) -> Tensor in
      var result = value
      for callback in definition.callbacks {
        let before = result
        result = recorder.within(callback.pluginName) {
          callback.transform(parameter: result, named: variable.name, role: variable.role)
        }
        if !same([before], [result]), !changers.contains(callback.pluginName) {
          changers.append(callback.pluginName)
        }
      }
      return result
    }
    return try recorder.substituting(assigns: true, changed) {
      let output = try self.output(recorder, batch.features)
      let loss = try self.loss(
        recorder, output, batch.target, weights: batch.sampleWeights)
      return (output, loss, changers)
    }
  }

  private func gradients(_ recorder: Recorder, of loss: Tensor) throws -> Gradients {
    let groups = try updates.groups()
    let trained = groups.flatMap(\.members)
    guard !trained.isEmpty else {
      guard !variables.learned.isEmpty else {
        throw PluginError("the model has no parameters to train")
      }
      if let name = FreezingPlan(definition.callbacks).names(in: epoch).last {
        throw RecordingFailure(
          path: name, message: "no parameter is left to train in epoch \(epoch)")
      }
      throw RecordingFailure(path: "optimizer", message: "it leaves all parameters out")
    }
    return try gradients(of: loss, for: trained.map { recorder.value(of: $0) }, groups)
  }

  /// The gradients at parameters that are moved, recorded once more.
  private func gradients(
    _ recorder: Recorder, _ batch: RecordedBatch, offset: Gradients, context: StepContext
  ) throws -> Gradients {
    var moved: [Int: Tensor] = [:]
    for group in offset.groups {
      for (member, start) in zip(group.members, group.offsets) {
        let part = group.flat.slice(axis: 0, start..<start + member.shape.count)
        moved[member.id] =
          (recorder.value(of: member) + part.reshaped(to: member.shape)).withoutGradient()
      }
    }
    var total = try recorder.substituting(assigns: false, { moved[$0.id] ?? $1 }) {
      try self.loss(
        recorder, self.output(recorder, batch.features), batch.target, weights: batch.sampleWeights)
    }
    total =
      try total + activityPenalties(recorder)
      + penalties(recorder) { moved[$0.id] ?? recorder.value(of: $0) }
    for callback in definition.callbacks {
      total = recorder.within(callback.pluginName) { callback.transform(loss: total, context) }
    }
    let members = offset.groups.flatMap(\.members)
    return try gradients(of: total, for: members.map { moved[$0.id]! }, updates.groups())
  }

  private func gradients(
    of loss: Tensor, for parameters: [Tensor], _ groups: [UpdateRecording.Group]
  ) throws -> Gradients {
    guard let scale = try LossScaleRecording(definition, variables) else {
      return try updates.pack(loss.gradients(for: parameters), groups: groups)
    }
    return scale.unscaled(
      try updates.pack(scale.scaled(loss).gradients(for: parameters), groups: groups))
  }

  var updates: UpdateRecording {
    UpdateRecording(definition, variables: variables, epoch: epoch)
  }
}
