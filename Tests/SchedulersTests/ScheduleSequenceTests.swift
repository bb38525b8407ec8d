import EspalierProtocols
import EspalierReferences
import EspalierSchedulers
import Testing

@Suite struct ScheduleSequenceTests {
  /// The schedule that a reference describes.
  static func part(_ json: JSON) -> any Scheduler {
    switch json["name"]?.text {
    case "linear":
      LinearDecay(
        from: json["start_factor"]!.number!, to: json["end_factor"]!.number!,
        steps: Int(json["total_iters"]!.number!))
    case "cosine":
      CosineDecay(minimum: json["eta_min"]!.number!, steps: Int(json["T_max"]!.number!))
    case "exponential": ExponentialDecay(gamma: json["gamma"]!.number!)
    case "step":
      StepDecay(stepSize: Int(json["step_size"]!.number!), gamma: json["gamma"]!.number!)
    case "multistep":
      MultiStepDecay(
        milestones: json["milestones"]!.list!.map { Int($0.number!) }, gamma: json["gamma"]!.number!
      )
    default:
      LinearDecay(from: json["factor"]!.number!, to: json["factor"]!.number!)
    }
  }

  @Test func followsTheReference() throws {
    try check("sequential") {
      ScheduleSequence(
        $0.params["schedules"]!.list!.map(Self.part), milestones: $0.integers("milestones")!)
    }
  }

  @Test func aFactorForAWhileIsASequence() throws {
    try check("constant_factor") {
      let factor = $0.number("factor")!
      return ScheduleSequence(
        [LinearDecay(from: factor, to: factor), ConstantRate()],
        milestones: [Int($0.number("total_iters")!)])
    }
  }

  @Test func needsAMilestoneBetweenTwo() {
    #expect(throws: PluginError.self) {
      try ScheduleSequence([ConstantRate(), ConstantRate()], milestones: []).validate()
    }
    #expect(throws: PluginError.self) {
      try ScheduleSequence(
        [ConstantRate(), ConstantRate(), ConstantRate()], milestones: [5, 5]
      ).validate()
    }
  }

  /// Two epochs of three steps each: what has no length of its own gets that of its part.
  @Test func partsHaveTheLengthBetweenMilestones() {
    let sequence = ScheduleSequence(
      [LinearDecay(from: 1, to: 0), LinearDecay(from: 0.5, to: 0)], milestones: [2], unit: .epochs)
    let found = rates(sequence, base: 1, steps: 10, stepsPerEpoch: 3, total: 10)
    let expected = (0..<6).map { 1 - Double($0) / 6 } + (0..<4).map { 0.5 - Double($0) / 8 }
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(found)")
  }
}
