import EspalierProtocols

/// A step whose optimizer asks for losses at points of its choice: the model, without an update.
extension StepRecording {
  /// - Parameter part: `whole` is the step's first point, where running statistics move and callbacks and
  ///   metrics look; elsewhere nothing but what was asked for is left behind.
  func objective(
    _ recorder: Recorder, _ optimizer: any ObjectiveOptimizer, _ total: Tensor,
    _ gradients: Gradients, _ context: StepContext, _ part: StepPart,
    _ changes: [RecordedStep.Change: [String]]
  ) throws -> RecordedStep {
    try checkCompanions(of: optimizer, recorder, gradients, context)
    recorder.output(StepPort.objective, total)
    var kept: [Variable] = []
    if part == .curvature {
      kept = try updates.keepProducts(recorder, gradients)
    } else {
      kept = try updates.keepGradients(recorder, gradients)
    }
    try declareMemory(of: optimizer, gradients)
    var program = try recorder.finish()
    if part == .whole {
      return RecordedStep(
        program: program, update: try updates.observation(), layers: recorder.layers,
        wantsExactStatistics: recorder.wantsExactStatistics, changes: changes)
    }
    let ids = Set(kept.map(\.id))
    program.assignments.removeAll { !ids.contains($0.variable) }
    return RecordedStep(program: program, update: nil, layers: recorder.layers, changes: changes)
  }

  private func declareMemory(
    of optimizer: any ObjectiveOptimizer, _ gradients: Gradients
  ) throws {
    let count = gradients.groups.flatMap(\.members).reduce(0) { $0 + $1.shape.count }
    do {
      for (name, size) in try optimizer.memory(for: count).sorted(by: { $0.key < $1.key }) {
        _ = try variables.declare(
          "optimizer." + name, [size], role: .optimizer, initial: .constant(0))
      }
    } catch {
      throw RecordingFailure(error, path: "optimizer")
    }
  }

  /// What acts between gradients and update has no place where the optimizer compares losses and
  /// gradients at several points.
  private func checkCompanions(
    of optimizer: any ObjectiveOptimizer, _ recorder: Recorder, _ gradients: Gradients,
    _ context: StepContext
  ) throws {
    let name = optimizer.pluginName
    for callback in definition.callbacks {
      var changed = gradients
      recorder.within(callback.pluginName) { callback.transform(gradients: &changed, context) }
      var problem: String?
      if !same(gradients.groups.map(\.flat), changed.groups.map(\.flat)) {
        problem = "it changes gradients, but \(name) compares them with the loss"
      } else if callback.accumulatedSteps > 1 {
        problem = "it adds up gradients of several batches, but \(name) asks for one batch's alone"
      } else if callback.lossScaling != nil {
        problem =
          "it leaves out updates that overflow, but \(name) updates as it asks for gradients"
      } else if callback.freezing != nil {
        problem = "it freezes parameters, but \(name) remembers steps of all of them"
      } else if callback.events.contains(.afterBackward) {
        problem = "it looks at gradients before the update, but \(name) updates as it asks for them"
      }
      if let problem { throw RecordingFailure(path: callback.pluginName, message: problem) }
    }
    if let path = definition.rateFactors.path {
      throw RecordingFailure(
        path: "optimizer",
        message: "it takes one step with all parameters together, so rates cannot differ by "
          + "`\(path)`")
    }
    for regularizer in definition.regularizers where regularizer.constrains {
      throw RecordingFailure(
        path: regularizer.pluginName,
        message: "it moves parameters after the update, of which \(name) would not know")
    }
  }
}

extension UpdateRecording {
  /// Leaves gradients in variables of their own.
  func keepGradients(_ recorder: Recorder, _ gradients: Gradients) throws -> [Variable] {
    try zip(groups(), gradients.groups).map { own, group in
      let variable = try scratch("gradients", own, group.flat)
      recorder.assign(variable, group.flat)
      return variable
    }
  }

  /// Leaves the Hessian times the vector in `directions` in `products`.
  func keepProducts(_ recorder: Recorder, _ gradients: Gradients) throws -> [Variable] {
    let groups = try groups()
    var sum = recorder.constant(0)
    for (own, group) in zip(groups, gradients.groups) {
      let direction = recorder.value(of: try scratch("directions", own, group.flat))
      sum = sum + (group.flat * direction).sum()
    }
    // The derivative of gᵀv is H·v.
    let members = groups.flatMap(\.members).map { recorder.value(of: $0) }
    let products = try pack(sum.gradients(for: members), groups: groups)
    return try zip(groups, products.groups).map { own, group in
      let variable = try scratch("products", own, group.flat)
      recorder.assign(variable, group.flat)
      return variable
    }
  }

  /// What callbacks keep of parameters that an optimizer on numbers has made; `nil` if they keep nothing.
  func observation() throws -> Program? {
    let recorder = Recorder(variables: variables, isTraining: true)
    let number = recorder.input(StepPort.number, [])
    let values = try groups().map { group in
      let flat = variables["parameters.\(group.index)"]!
      return ParameterUpdate.Group(name: flat.name, value: recorder.value(of: flat))
    }
    for callback in definition.callbacks {
      recorder.within(callback.pluginName) {
        callback.observe(
          update: ParameterUpdate(values, step: number, owner: callback.pluginName))
      }
    }
    let program = try recorder.finish()
    return program.assignments.isEmpty ? nil : program
  }

  private func scratch(_ name: String, _ group: Group, _ like: Tensor) throws -> Variable {
    try variables.declare(
      "\(name).\(group.index)", like.shape, role: .flat, initial: .constant(0))
  }
}
