import EspalierProtocols

/// The loss of one batch as a function of the parameters.
final class BatchObjective: Objective {
  private let programs: ModelPrograms
  private let batch: LoadedBatch
  private let number: Int
  private let seed: UInt64
  private let members: [Variable]
  let start: ObjectiveValue
  private var values: [Double]
  /// Whether the model holds the parameters, and not a point that was asked for.
  private var holdsValues = true
  private var mistake: PluginError?

  /// - Parameter first: the program of the step's first point, which has just run.
  init(
    _ programs: ModelPrograms, _ batch: LoadedBatch, first: LoadedProgram, number: Int,
    seed: UInt64
  ) throws {
    self.programs = programs
    self.batch = batch
    self.number = number
    self.seed = seed
    let members = try programs.trainedVariables()
    self.members = members
    values = Self.gather(programs, members, "parameters")
    start = ObjectiveValue(
      Double(first.output(StepPort.objective)![0]),
      gradient: Self.gather(programs, members, "gradients"))
  }

  var parameters: [Double] {
    get { values }
    set {
      do { try check(newValue) } catch { mistake = mistake ?? error }
      guard newValue.count == values.count else { return }
      values = newValue.map { Double(Float($0)) }
      holdsValues = false
    }
  }

  func value(at point: [Double]) throws -> ObjectiveValue {
    try check(point)
    scatter(point, "parameters")
    holdsValues = false
    let step = try run(.probe)
    return ObjectiveValue(
      Double(step.output(StepPort.objective)![0]),
      gradient: Self.gather(programs, members, "gradients"))
  }

  func hessianProduct(_ vector: [Double]) throws -> [Double] {
    try check(vector)
    try settle()
    // The program that reads the vector is what makes room for it.
    let step = try programs.trainingStep(batch: batch.count, part: .curvature).step
    scatter(vector, "directions")
    try run(step)
    return Self.gather(programs, members, "products")
  }

  subscript(memory name: String) -> [Double] {
    get { programs.variables["optimizer." + name].map { read($0) } ?? [] }
    set {
      guard let variable = programs.variables["optimizer." + name],
        newValue.count == variable.shape.count
      else {
        mistake = mistake ?? PluginError("`\(name)` does not keep \(newValue.count) numbers")
        return
      }
      programs.memory.write(variable, newValue.map { Float($0) })
    }
  }

  private func read(_ variable: Variable) -> [Double] {
    programs.memory.read(variable).map { Double($0) }
  }

  private func check(_ row: [Double]) throws(PluginError) {
    guard row.count == values.count else {
      throw PluginError("a row of \(row.count) numbers was given for \(values.count) parameters")
    }
  }

  /// Has the model hold the parameters.
  ///
  /// - Throws: ``PluginError`` where it was given something that is none.
  func settle() throws {
    if let mistake { throw mistake }
    guard !holdsValues else { return }
    scatter(values, "parameters")
    holdsValues = true
  }

  private func run(_ part: StepPart) throws -> LoadedProgram {
    let step = try programs.trainingStep(batch: batch.count, part: part).step
    try run(step)
    return step
  }

  private func run(_ step: LoadedProgram) throws {
    // The number of the step is that of its random numbers, which are the same at all points.
    try step.run(on: batch, rate: 0, number: number, seed: seed)
  }

  // MARK: Rows of numbers

  /// Where a parameter's numbers lie in a flat variable of a sort.
  private static func place(
    _ programs: ModelPrograms, _ member: Variable, _ sort: String
  ) -> (flat: Variable, offset: Int) {
    let base = programs.current(member).base!
    let name = programs.variables.variables[base.variable].name
    return (programs.variables[sort + name.dropFirst("parameters".count)]!, base.offset)
  }

  private static func gather(
    _ programs: ModelPrograms, _ members: [Variable], _ sort: String
  ) -> [Double] {
    members.flatMap { member in
      let (flat, offset) = place(programs, member, sort)
      return programs.memory.read(flat, offset..<offset + member.shape.count).map { Double($0) }
    }
  }

  private func scatter(_ values: [Double], _ sort: String) {
    var start = 0
    for member in members {
      let (flat, offset) = Self.place(programs, member, sort)
      let end = start + member.shape.count
      programs.memory.write(flat, at: offset, values[start..<end].map { Float($0) })
      start = end
    }
  }
}

extension ModelPrograms {
  /// The parameters that the optimizer trains, in the order of its groups.
  func trainedVariables() throws -> [Variable] {
    try UpdateRecording(definition, variables: variables, epoch: 1).groups().flatMap(\.members)
  }
}

extension Trainer {
  /// A step of an optimizer that asks for losses at points of its choice. The loss and the predictions that
  /// are reported are those at its beginning, as in any step.
  func train(_ batch: LoadedBatch, by optimizer: any ObjectiveOptimizer) throws {
    let (first, observation) = try programs.trainingStep(batch: batch.count)
    let number = controller.progress.step + 1
    let rate = controller.progress.learningRate
    try first.run(
      on: batch, rate: rate, number: number,
      seed: settings.seed)
    let objective = try BatchObjective(
      programs, batch, first: first, number: number, seed: settings.seed)
    try optimizer.step(on: objective, rate: rate)
    try objective.settle()
    try observation?.run(
      features: nil, targets: nil, rate: rate, number: number, seed: settings.seed)
    took(first, batch, number: number)
  }
}
