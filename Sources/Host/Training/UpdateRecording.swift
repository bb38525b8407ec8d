import EspalierProtocols

/// Records the second half of a step: from gradients to new parameters.
struct UpdateRecording {
  let definition: StepDefinition
  let variables: VariableTable
  private let plan: FreezingPlan
  private let frozen: Set<Int>

  /// - Parameter epoch: tells what is frozen.
  init(_ definition: StepDefinition, variables: VariableTable, epoch: Int) {
    self.definition = definition
    self.variables = variables
    plan = FreezingPlan(definition.callbacks)
    frozen = plan.rules(in: epoch)
  }

  /// Parameters that one optimizer treats alike, laid into one flat variable.
  struct Group {
    let optimizer: any Optimizer
    let decays: Bool
    let members: [Variable]
    /// Its place among all groups, by which its variables are named.
    var index = 0
    /// The rules that freeze it in some epochs.
    var rules: Set<Int> = []
    /// Of its learning rate.
    var rateFactor = 1.0
  }

  /// The groups that are trained now.
  func groups() throws -> [Group] { allGroups().filter { $0.rules.isDisjoint(with: frozen) } }

  /// The same in all epochs.
  private func allGroups() -> [Group] {
    var groups = groupsByOptimizer().flatMap { group in
      plan.parts(group.members).flatMap { rules, members in
        definition.rateFactors.parts(members).flatMap { factor, members in
          withoutLarge(members, group.optimizer).map {
            Group(
              optimizer: group.optimizer, decays: group.decays, members: $0, rules: rules,
              rateFactor: factor)
          }
        }
      }
    }
    for index in groups.indices { groups[index].index = index }
    return groups
  }

  /// Large parameters, each for itself, and all others together.
  ///
  /// A large one is updated as soon as its gradient is there, so that the gradients of all never lie side by side.
  private func withoutLarge(_ members: [Variable], _ optimizer: any Optimizer) -> [[Variable]] {
    guard optimizer.isElementwise else { return [members] }
    let isLarge = { (member: Variable) in member.shape.count >= definition.ownGroupFrom }
    let others = members.filter { !isLarge($0) }
    return members.filter(isLarge).map { [$0] } + (others.isEmpty ? [] : [others])
  }

  private func groupsByOptimizer() -> [Group] {
    let optimizer = definition.optimizer
    let shared = Dictionary(grouping: variables.learned) {
      optimizer.part(of: $0.name, shape: $0.shape)
    }
    return optimizer.parts.enumerated().flatMap { index, part -> [Group] in
      let members = shared[index] ?? []
      if part.decaysBiases || !part.isElementwise {
        return [Group(optimizer: part, decays: true, members: members)]
      }
      return [true, false].map { isWeight in
        Group(
          optimizer: part, decays: isWeight,
          members: members.filter { ($0.role == .weight) == isWeight })
      }
    }.filter { !$0.members.isEmpty }
  }

  private func groupName(_ index: Int) -> String { "parameters.\(index)" }

  /// Lays gradients together as their parameters lie; one for each member of the groups in a row.
  func pack(_ tensors: [Tensor], groups: [Group]) throws -> Gradients {
    // What is frozen now lies as it does when it is trained.
    for group in allGroups() {
      _ = try variables.flatten(group.members.map(\.id), name: groupName(group.index))
    }
    var rest = tensors[...]
    return Gradients(
      groups: try groups.map { group in
        let (flat, offsets) = try variables.flatten(
          group.members.map(\.id), name: groupName(group.index))
        let own = rest.prefix(group.members.count)
        rest = rest.dropFirst(group.members.count)
        let packed = Tensor.pack(Array(own), offsets: offsets, count: flat.shape.count)
        return .init(flat: packed, members: group.members, offsets: offsets)
      })
  }

  /// The update, with rate and number of the step.
  ///
  /// - Parameter overflow: where the loss is scaled, 1 when the update is left out.
  func record(
    _ recorder: Recorder, _ gradients: Gradients, rate: Tensor, number: Tensor, overflow: Tensor?
  ) throws {
    guard let overflow, let scale = try LossScaleRecording(definition, variables) else {
      return try record(recorder, gradients, rate: rate, number: number)
    }
    try scale.guarding(recorder, overflow) {
      try record(recorder, gradients, rate: rate, number: $0)
    }
  }

  private func record(
    _ recorder: Recorder, _ gradients: Gradients, rate: Tensor, number: Tensor
  ) throws {
    var groups: [ParameterUpdate.Group] = []
    for (group, gradient) in zip(try self.groups(), gradients.groups) {
      let index = group.index
      let number = try updates(of: group, recorder, number)
      let optimizer = group.optimizer
      // The schedule gives the rate of the whole; parts keep their proportion to it.
      let share =
        optimizer.learningRate / definition.optimizer.learningRate * group.rateFactor
      recorder.within("optimizer") {
        let rate = share == 1 ? rate : rate * Float(share)
        func updated(_ variable: Variable, _ gradient: Tensor, name: String, decays: Bool) -> Tensor
        {
          let parameter = recorder.value(of: variable)
          let step = OptimizerStep(
            rate: rate, number: number, decays: decays, parameter: parameter, name: name)
          return optimizer.update(parameter, gradient: gradient, step)
        }
        let flat = variables[groupName(index)]!
        if optimizer.isElementwise {
          let new = updated(flat, gradient.flat, name: "\(index)", decays: group.decays)
          recorder.assign(flat, constrained(new, gradient))
        } else {
          for (member, offset) in zip(gradient.members, gradient.offsets) {
            let part = gradient.flat.slice(axis: 0, offset..<offset + member.shape.count)
              .reshaped(to: member.shape)
            let decays = optimizer.decaysBiases || member.role == .weight
            let new = updated(member, part, name: member.name, decays: decays)
            recorder.assign(member, constrained(new, member))
          }
        }
        groups.append(.init(name: flat.name, value: newValue(of: flat, gradient, recorder)))
      }
    }
    for group in allGroups() where !group.rules.isDisjoint(with: frozen) {
      let flat = variables[groupName(group.index)]!
      groups.append(.init(name: flat.name, value: recorder.value(of: flat)))
    }
    for callback in definition.callbacks {
      recorder.within(callback.pluginName) {
        callback.observe(
          update: ParameterUpdate(groups, step: number, owner: callback.pluginName))
      }
    }
  }

  /// The number of a group's update: one that is frozen at times counts its own.
  private func updates(of group: Group, _ recorder: Recorder, _ number: Tensor) throws -> Tensor {
    if group.rules.isEmpty { return number }
    let count = try variables.declare(
      "optimizer.\(group.index).updates", [], role: .optimizer, initial: .constant(0))
    let next = recorder.value(of: count) + 1
    recorder.assign(count, next)
    return next
  }

  /// What a flat variable will hold; where nobody looks at it, nothing of this is left in the program.
  private func newValue(
    of flat: Variable, _ group: Gradients.Group, _ recorder: Recorder
  ) -> Tensor {
    if let whole = recorder.assigned(flat) { return whole }
    let parts = group.members.map { recorder.assigned($0) ?? recorder.value(of: $0) }
    return Tensor.pack(parts, offsets: group.offsets, count: flat.shape.count)
  }

  // MARK: Constraints

  private func constrained(_ value: Tensor, _ variable: Variable) -> Tensor {
    definition.regularizers.filter { $0.constrains && $0.applies(to: variable) }
      .reduce(value) { value, regularizer in
        value.recorder.within(regularizer.pluginName) { regularizer.constrained(value) }
      }
  }

  /// The same for parameters that lie together.
  private func constrained(_ flat: Tensor, _ group: Gradients.Group) -> Tensor {
    guard
      group.members.contains(where: { member in
        definition.regularizers.contains { $0.constrains && $0.applies(to: member) }
      })
    else { return flat }
    let parts = zip(group.members, group.offsets).map { member, offset in
      constrained(
        flat.slice(axis: 0, offset..<offset + member.shape.count).reshaped(to: member.shape), member
      )
    }
    return Tensor.pack(parts, offsets: group.offsets, count: flat.shape.count)
  }

  // MARK: A stop between gradients and update

  /// Leaves the gradients in variables, and records what goes on from there.
  func program(
    after recorder: Recorder, _ gradients: Gradients, overflow: Tensor?
  ) throws -> Program {
    let update = Recorder(variables: variables, isTraining: true)
    let rate = update.input(StepPort.rate, [])
    let number = update.input(StepPort.number, [])
    let kept = Gradients(
      groups: try zip(try groups(), gradients.groups).map { own, group in
        let variable = try variables.declare(
          "gradients.\(own.index)", group.flat.shape, role: .flat, initial: .constant(0))
        recorder.assign(variable, group.flat)
        return .init(
          flat: update.value(of: variable), members: group.members, offsets: group.offsets)
      })
    let overflow = try overflow.map { found in
      let variable = try variables.declare(
        "overflow", [], role: .flat, initial: .constant(0))
      recorder.assign(variable, found)
      return update.value(of: variable)
    }
    try record(update, kept, rate: rate, number: number, overflow: overflow)
    return try update.finish()
  }
}

extension Regularizer {
  /// Whether a variable is of the layers and roles that it is for.
  func applies(to variable: Variable) -> Bool {
    guard variable.role == .weight || (includesBiases && variable.role.isLearned) else {
      return false
    }
    return layers.isEmpty || NamePattern.any(of: layers, fits: variable.name)
  }
}
