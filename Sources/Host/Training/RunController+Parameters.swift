import EspalierFormats
import EspalierProtocols

/// Parameters and gradients, as hooks read and change them.
extension RunController {
  var parameterNames: [String] { programs?.saved.map(\.name) ?? [] }

  func parameter(_ name: String) throws -> [Float] {
    let (programs, variable) = try find(name)
    return programs.memory.read(variable)
  }

  func setParameter(_ name: String, _ values: [Float]) throws {
    let (programs, variable) = try find(name)
    try check(values, for: variable)
    programs.memory.write(variable, values)
  }

  func gradient(_ name: String) throws -> [Float]? {
    let (programs, variable) = try findWithGradients(name)
    guard let (flat, offset) = gradientPlace(variable, programs) else { return nil }
    return programs.memory.read(flat, offset..<offset + variable.shape.count)
  }

  func setGradient(_ name: String, _ values: [Float]) throws {
    let (programs, variable) = try findWithGradients(name)
    try check(values, for: variable)
    guard !programs.freezing.isFrozen(name, in: progress.epoch) else {
      throw PluginError("\(name) is frozen in epoch \(progress.epoch)")
    }
    guard let (flat, offset) = gradientPlace(variable, programs) else {
      throw PluginError("\(name) is not learned by gradients")
    }
    programs.memory.write(flat, at: offset, values)
  }

  func exchangeAverages() throws {
    guard let owner = actor.map({ callbacks[$0].pluginName }) else { return }
    try forEachAverage(of: owner) { memory, flat, average in
      for piece in SafeTensors.pieces(of: flat.shape.count) {
        let values = memory.read(flat, piece)
        memory.write(flat, at: piece.lowerBound, memory.read(average, piece))
        memory.write(average, at: piece.lowerBound, values)
      }
    }
  }

  func moveAverages(share: Double) throws {
    guard let owner = actor.map({ callbacks[$0].pluginName }) else { return }
    try forEachAverage(of: owner) { memory, flat, average in
      for piece in SafeTensors.pieces(of: flat.shape.count) {
        var values = memory.read(flat, piece)
        if share < 1 {
          values = zip(memory.read(average, piece), values).map { $0 + ($1 - $0) * Float(share) }
        }
        memory.write(average, at: piece.lowerBound, values)
      }
    }
  }

  func takeAveragesAsResult() { resultOwner = actor.map { callbacks[$0].pluginName } }

  /// Puts the averages that are the run's result in the parameters' place.
  /// - Returns: whether there are any.
  func putAveragesInPlace() throws -> Bool {
    guard let resultOwner else { return false }
    try forEachAverage(of: resultOwner) { memory, flat, average in
      for piece in SafeTensors.pieces(of: flat.shape.count) {
        memory.write(flat, at: piece.lowerBound, memory.read(average, piece))
      }
    }
    progress.bestEpoch = nil
    return true
  }

  private func forEachAverage(
    of owner: String, _ body: (any VariableMemory, _ flat: Variable, _ average: Variable) -> Void
  ) throws {
    guard let programs else { return }
    var count = 0
    for flat in programs.variables.variables where flat.role == .flat {
      let name = ParameterUpdate.average(of: flat.name, owner: owner)
      guard let average = programs.variables[name] else { continue }
      body(programs.memory, flat, average)
      count += 1
    }
    if count == 0 { throw PluginError("\(owner) keeps no averages") }
  }

  var lossScale: LossScale? { programs.flatMap(LossScaleRecording.state) }

  private func find(_ name: String) throws -> (ModelPrograms, Variable) {
    guard let programs else { throw PluginError("there are no parameters before runStart") }
    if let variable = programs.variables[name] {
      return (programs, variable)
    }
    let near = Suggestion.nearest(name, among: parameterNames).first
    throw PluginError(
      "there is no parameter named \(Printable.code(name))",
      remedy: near.map { "did you mean `\($0)`?" } ?? "`parameterNames` has them all")
  }

  private func findWithGradients(_ name: String) throws -> (ModelPrograms, Variable) {
    guard hasGradients else { throw PluginError("gradients are there at afterBackward alone") }
    return try find(name)
  }

  private func check(_ values: [Float], for variable: Variable) throws {
    guard values.count == variable.shape.count else {
      throw PluginError(
        "\(variable.name) \(variable.shape) has \(variable.shape.count) values, not \(values.count)"
      )
    }
  }

  /// Gradients lie as their parameters do, in a flat variable of their own.
  private func gradientPlace(
    _ variable: Variable, _ programs: ModelPrograms
  ) -> (flat: Variable, offset: Int)? {
    guard let base = variable.base, !programs.freezing.isFrozen(variable.name, in: progress.epoch)
    else { return nil }
    let name = programs.variables.variables[base.variable].name
    let flat = programs.variables["gradients" + name.dropFirst("parameters".count)]
    return flat.map { ($0, base.offset) }
  }
}
