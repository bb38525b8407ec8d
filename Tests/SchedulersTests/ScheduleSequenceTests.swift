import EspalierProtocols
import EspalierReferences
import EspalierSchedulers
import Testing

@Suite struct ScheduleSequenceTests {
  private func part(_ json: JSON) -> any Scheduler {
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
    default:
      LinearDecay(from: json["factor"]!.number!, to: json["factor"]!.number!)
    }
  }

  @Test func followsTheReference() throws {
    try check("sequential") {
      ScheduleSequence(
        $0.params["schedules"]!.list!.map(part), milestones: $0.integers("milestones")!)
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
}
