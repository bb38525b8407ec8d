import Espalier

/// Moves a series along its last axis by a random whole number of steps, at most `steps` to either side;
/// zero stands where it came from.
struct TimeShift: Augmentation {
  static let manifest = Manifest(
    "time_shift", "moves a series by up to n steps along its last axis",
    sample: "{time_shift: {steps: 2}}")

  @Parameter("the farthest move", in: 1..., unit: "steps") var steps: Int

  init() {}
  init(steps: Int) { self.steps = steps }

  func check(_ shape: Shape) throws {
    guard shape.rank > 0, shape.last > steps else {
      throw PluginError(
        "samples \(shape) cannot be moved by \(steps) steps along their last axis",
        parameter: "steps")
    }
  }

  func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    let move = random.integer(below: 2 * steps + 1) - steps
    guard move != 0 else { return }
    _ = scratch.update(from: sample)
    let length = shape.last
    for place in sample.indices {
      let from = place % length - move
      sample[place] = 0..<length ~= from ? scratch[place - move] : 0
    }
  }
}
