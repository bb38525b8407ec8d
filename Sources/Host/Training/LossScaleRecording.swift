import EspalierProtocols

/// Records a step whose loss is scaled, and whose update is left out where gradients are not finite.
///
/// In variables: the scale, good updates since it changed, and how many updates were made and left out.
struct LossScaleRecording {
  let scaling: LossScaling
  private let scale: Variable
  private let streak: Variable
  private let made: Variable
  private let skipped: Variable

  /// `nil` when no callback asks for it.
  init?(_ definition: StepDefinition, _ variables: VariableTable) throws {
    guard let scaling = definition.callbacks.lazy.compactMap(\.lossScaling).last else { return nil }
    self.scaling = scaling
    func number(_ name: String, _ initial: Float) throws -> Variable {
      try variables.declare(name, [], role: .optimizer, initial: .constant(initial))
    }
    scale = try number(Self.name("value"), scaling.initial)
    streak = try number(Self.name("streak"), 0)
    made = try number(Self.name("updates"), 0)
    skipped = try number(Self.name("skipped"), 0)
  }

  private static func name(_ part: String) -> String { "loss_scale.\(part)" }

  /// What gradients are taken of.
  func scaled(_ loss: Tensor) -> Tensor { loss * loss.recorder.value(of: scale) }

  /// Gradients of the loss from those of the scaled one.
  func unscaled(_ gradients: Gradients) -> Gradients {
    var result = gradients
    result.map { $0 / $0.recorder.value(of: scale) }
    return result
  }

  /// 1 where a gradient is not finite, else 0.
  func overflow(in gradients: Gradients) -> Tensor {
    let found = gradients.groups.map { (1 - isFinite($0.flat)).max() }
    return found.dropFirst().reduce(found[0]) { maximum($0, $1) }
  }

  /// Records an update that is made where `overflow` is 0.
  ///
  /// - Parameter update: gets the number of the update, which counts those that are made.
  func guarding(
    _ recorder: Recorder, _ overflow: Tensor, _ update: (_ number: Tensor) throws -> Void
  ) throws {
    let made = recorder.value(of: made)
    let changed = try recorder.assigned { try update(made + 1) }
    for variable in changed {
      guard let new = recorder.assigned(variable) else { continue }
      let condition = overflow.broadcast(to: new.shape)
      recorder.assign(variable, select(condition, recorder.value(of: variable), new))
    }
    recorder.assign(self.made, made + (1 - overflow))
    recorder.assign(skipped, recorder.value(of: skipped) + overflow)
    let value = recorder.value(of: scale)
    let streak = (recorder.value(of: streak) + 1) * (1 - overflow)
    let grows = streak .>= Float(scaling.growthInterval)
    recorder.assign(
      scale, select(overflow, value * scaling.backoff, select(grows, value * scaling.growth, value))
    )
    recorder.assign(self.streak, select(grows, streak.filled(with: 0), streak))
  }

  /// The scale as it stands in a run's memory.
  static func state(_ programs: ModelPrograms) -> LossScale? {
    func number(_ part: String) -> Double? {
      programs.variables[name(part)].map { Double(programs.memory.read($0)[0]) }
    }
    guard let value = number("value"), let made = number("updates"),
      let skipped = number("skipped")
    else { return nil }
    return LossScale(value: value, updates: Int(made), skipped: Int(skipped))
  }
}
