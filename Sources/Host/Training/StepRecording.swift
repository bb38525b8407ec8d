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

  package init(
    layers: [any Layer], loss: any Loss, optimizer: any Optimizer,
    regularizers: [any Regularizer] = [], callbacks: [any Callback] = [], data: DataDescription,
    classCounts: [Int] = []
  ) {
    self.layers = layers
    self.loss = loss
    self.optimizer = optimizer
    self.regularizers = regularizers
    self.callbacks = callbacks
    self.data = data
    self.classCounts = classCounts
  }

  /// Whether somebody wants to see gradients between backward and update.
  package var splitsAtGradients: Bool { callbacks.contains { $0.events.contains(.afterBackward) } }
}

/// The programs of a training step: one, or two with a stop between gradients and update.
package struct RecordedStep {
  package var program: Program
  /// From gradients to new parameters, if the step is split.
  package var update: Program?
  package var layers: [LayerStep]
}

/// Names of a step's inputs and outputs.
package enum StepPort {
  package static let features = "features"
  package static let target = "target"
  package static let rate = "rate"
  package static let number = "step"
  package static let loss = "loss"
  package static let prediction = "prediction"
}

/// Records the programs of a model.
package struct StepRecording {
  private let definition: StepDefinition
  private let variables: VariableTable

  package init(_ definition: StepDefinition, variables: VariableTable) {
    self.definition = definition
    self.variables = variables
  }

  private func features(_ recorder: Recorder, _ batch: Int) -> Tensor {
    recorder.input(StepPort.features, Shape([batch] + definition.data.sampleShape.dimensions))
  }

  private func target(_ recorder: Recorder, _ batch: Int) -> Tensor {
    switch definition.data.target {
    case .classes, .none: recorder.input(StepPort.target, [batch])
    case .values(let names): recorder.input(StepPort.target, [batch, names.count])
    }
  }

  private func output(_ recorder: Recorder, _ x: Tensor) throws -> Tensor {
    try Scope(recorder).apply(definition.layers, to: x)
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

  private func loss(_ recorder: Recorder, _ output: Tensor, _ target: Tensor) throws -> Tensor {
    try checkOutputs(recorder, output)
    do { return try recordedLoss(recorder, output, target) } catch {
      throw RecordingFailure(error, path: "loss", layers: recorder.layers)
    }
  }

  private func recordedLoss(
    _ recorder: Recorder, _ output: Tensor, _ target: Tensor
  ) throws -> Tensor {
    try recorder.within("loss") {
      try definition.loss(
        output, target,
        LossContext(isTraining: recorder.isTraining, classCounts: definition.classCounts))
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

  // MARK: Training

  /// Forward, loss, penalties, gradients, clipping, update.
  package func training(batch: Int) throws -> RecordedStep {
    let recorder = Recorder(variables: variables, isTraining: true)
    let x = features(recorder, batch)
    let target = target(recorder, batch)
    let rate = recorder.input(StepPort.rate, [])
    let number = recorder.input(StepPort.number, [])
    let output = try output(recorder, x)
    let dataLoss = try loss(recorder, output, target)
    if let failure = recorder.failure { throw failure }
    guard dataLoss.shape.count == 1 else {
      let error = PluginError(
        "it gave \(dataLoss.shape), but a loss is one number", remedy: "take the mean, `.mean()`")
      throw RecordingFailure(error, path: "loss", layers: recorder.layers)
    }
    recorder.output(StepPort.loss, dataLoss)
    recorder.output(StepPort.prediction, definition.loss.prediction(from: output))

    let context = StepContext(
      output: output, features: x, target: target, step: number, rate: rate,
      lossForInputs: { try self.loss(recorder, self.output(recorder, $0), target) })
    var total = dataLoss + penalties(recorder)
    for callback in definition.callbacks {
      total = recorder.within(callback.pluginName) { callback.transform(loss: total, context) }
    }

    var gradients = try gradients(recorder, of: total)
    for callback in definition.callbacks {
      recorder.within(callback.pluginName) { callback.transform(gradients: &gradients, context) }
    }
    guard definition.splitsAtGradients else {
      try update(recorder, gradients, rate: rate, number: number)
      return RecordedStep(program: try recorder.finish(), update: nil, layers: recorder.layers)
    }
    for (index, group) in gradients.groups.enumerated() {
      recorder.assign(try gradientVariable(index, group.flat.shape), group.flat)
    }
    return RecordedStep(
      program: try recorder.finish(), update: try updateProgram(gradients), layers: recorder.layers)
  }

  private func penalties(_ recorder: Recorder) -> Tensor {
    var sum = recorder.constant(0)
    for regularizer in definition.regularizers {
      recorder.within(regularizer.pluginName) {
        for variable in variables.learned where applies(regularizer, to: variable) {
          sum = sum + regularizer.penalty(recorder.value(of: variable))
        }
      }
    }
    return sum
  }

  private func applies(_ regularizer: any Regularizer, to variable: Variable) -> Bool {
    guard variable.role == .weight || regularizer.includesBiases else { return false }
    let layer = variable.name.split(separator: ".").dropLast().joined(separator: ".")
    return regularizer.layers.isEmpty
      || regularizer.layers.contains {
        Pattern($0).matches(layer) || Pattern($0).matches(variable.name)
      }
  }

  /// Parameters that the optimizer treats alike, laid into one flat variable each.
  private func groups() throws -> [(decays: Bool, members: [Variable])] {
    let learned = variables.learned
    if definition.optimizer.decaysBiases || !definition.optimizer.isElementwise {
      return [(true, learned)]
    }
    return [
      (true, learned.filter { $0.role == .weight }), (false, learned.filter { $0.role != .weight }),
    ].filter { !$0.1.isEmpty }
  }

  private func groupName(_ index: Int) -> String { "parameters.\(index)" }

  private func gradients(_ recorder: Recorder, of loss: Tensor) throws -> Gradients {
    let learned = variables.learned
    guard !learned.isEmpty else {
      throw PluginError("the model has no parameters to train")
    }
    let tensors = loss.gradients(for: learned.map { recorder.value(of: $0) })
    let byName = Dictionary(uniqueKeysWithValues: zip(learned.map(\.name), tensors))
    return Gradients(
      groups: try groups().enumerated().map { index, group in
        let (flat, offsets) = try variables.flatten(group.members.map(\.id), name: groupName(index))
        let packed = Tensor.pack(
          group.members.map { byName[$0.name]! }, offsets: offsets, count: flat.shape.count)
        return .init(flat: packed, members: group.members, offsets: offsets)
      })
  }

  private func update(
    _ recorder: Recorder, _ gradients: Gradients, rate: Tensor, number: Tensor
  ) throws {
    let optimizer = definition.optimizer
    try recorder.within("optimizer") {
      for (index, (group, gradient)) in zip(try groups(), gradients.groups).enumerated() {
        let flat = variables[groupName(index)]!
        func apply(_ variable: Variable, _ gradient: Tensor, name: String, decays: Bool) {
          let parameter = recorder.value(of: variable)
          let step = OptimizerStep(
            rate: rate, number: number, decays: decays, parameter: parameter, name: name)
          recorder.assign(variable, optimizer.update(parameter, gradient: gradient, step))
        }
        if optimizer.isElementwise {
          apply(flat, gradient.flat, name: "\(index)", decays: group.decays)
        } else {
          for (member, offset) in zip(gradient.members, gradient.offsets) {
            let part = gradient.flat.slice(axis: 0, offset..<offset + member.shape.count)
            let decays = optimizer.decaysBiases || member.role == .weight
            apply(member, part.reshaped(to: member.shape), name: member.name, decays: decays)
          }
        }
      }
    }
  }

  private func gradientVariable(_ index: Int, _ shape: Shape) throws -> Variable {
    try variables.declare("gradients.\(index)", shape, role: .flat, initial: .constant(0))
  }

  /// The second half of a split step.
  private func updateProgram(_ gradients: Gradients) throws -> Program {
    let recorder = Recorder(variables: variables, isTraining: true)
    let rate = recorder.input(StepPort.rate, [])
    let number = recorder.input(StepPort.number, [])
    let kept = Gradients(
      groups: try gradients.groups.enumerated().map { index, group in
        let flat = recorder.value(of: try gradientVariable(index, group.flat.shape))
        return .init(flat: flat, members: group.members, offsets: group.offsets)
      })
    try update(recorder, kept, rate: rate, number: number)
    return try recorder.finish()
  }
}
