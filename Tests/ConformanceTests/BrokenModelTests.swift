import Espalier
import EspalierConformance
import Testing

/// Parts of models with a fault each, which the kit must find.
@Suite struct BrokenModelTests {
  /// x², with the gradient of x.
  struct Square: CustomOperation {
    enum Fault { case none, factor, skipsLast, readsOutput, writesBehind, forgetsGradient, shape }
    let fault: Fault
    let name = "square"

    func shape(of inputs: [Shape]) -> Shape { inputs[0] }

    func compute(
      _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
      into output: UnsafeMutableBufferPointer<Float>
    ) {
      let count = fault == .skipsLast ? output.count - 1 : output.count
      for place in 0..<count {
        output[place] =
          (fault == .readsOutput ? output[place] * 1e-3 : 0) + inputs[0][place] * inputs[0][place]
      }
      if fault == .writesBehind { output.baseAddress![output.count] = 1 }
    }

    func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] {
      switch fault {
      case .factor: [upstream * inputs[0]]
      case .forgetsGradient: []
      case .shape: [(upstream * inputs[0] * 2).sum()]
      default: [upstream * inputs[0] * 2]
      }
    }
  }

  @Test func operations() throws {
    try checkGradients(of: Square(fault: .none), shapes: [[3, 4]])
    expectFailure("square: gradient of input 0[0] is", "finite differences give") {
      try checkGradients(of: Square(fault: .factor), shapes: [[3, 4]])
    }
    expectFailure("every element") {
      try checkGradients(of: Square(fault: .skipsLast), shapes: [[3, 4]])
    }
    expectFailure("as the output's memory was") {
      try checkGradients(of: Square(fault: .readsOutput), shapes: [[3, 4]])
    }
    expectFailure("outside of its output") {
      try checkGradients(of: Square(fault: .writesBehind), shapes: [[3, 4]])
    }
    expectFailure("0 gradients for 1 inputs") {
      try checkGradients(of: Square(fault: .forgetsGradient), shapes: [[3, 4]])
    }
    expectFailure("the gradient of input 0 is []") {
      try checkGradients(of: Square(fault: .shape), shapes: [[3, 4]])
    }
  }

  /// √x, which has no value below zero.
  struct Root: Activation {
    static let manifest = Manifest("root", "square root of x")
    func callAsFunction(_ x: Tensor) -> Tensor { sqrt(x) }
  }

  struct SquareActivation: Activation {
    static let manifest = Manifest("wrong_square", "x² with a wrong gradient")
    func callAsFunction(_ x: Tensor) -> Tensor { .apply(Square(fault: .factor), to: [x]) }
  }

  /// Gives zero whatever comes.
  struct Deaf: Activation {
    static let manifest = Manifest("deaf", "zero")
    func callAsFunction(_ x: Tensor) -> Tensor { x * 0 }
  }

  @Test func activations() throws {
    expectFailure("wrong_square: gradient of x[0]", "for x [3×12] in training") {
      try checkGradients(of: SquareActivation())
    }
    expectFailure("root: the result[", "is NaN, a finite number is expected") {
      try checkGradients(of: Root())
    }
    try checkGradients(of: Root(), in: 0.2...4)
    expectFailure("deaf: the loss goes from", "a fall by 33 %") {
      try checkConvergence(of: Deaf())
    }
  }

  /// Scales by a learned number, whose gradient it hides.
  struct StuckScale: Layer {
    static let manifest = Manifest("stuck_scale", "x · w, with w out of the gradient's reach")
    func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
      let w = scope.parameter("weight", [], role: .scale, initial: .constant(1))
      return x * w.withoutGradient()
    }
  }

  /// Takes another part in each recording.
  struct Wandering: Layer {
    static let manifest = Manifest("wandering", "x times a number that nobody fixed")
    func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x * .random(in: 0.5...1) }
  }

  struct OnlyImages: Layer {
    static let manifest = Manifest("only_images", "x, where it has five axes")
    func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
      guard x.rank == 5 else { throw PluginError("wants [n×c×d×h×w], not \(x.shape)") }
      return x
    }
  }

  @Test func layers() throws {
    expectFailure("gradient of stuck_scale_1.weight[0] is 0.0, finite differences give") {
      try checkGradients(of: StuckScale())
    }
    expectFailure("wandering: the loss of step 1 is", "when run again") {
      try checkDeterminism(of: Wandering())
    }
    expectFailure("takes none of the inputs", "wants [n×c×d×h×w], not [4×6]") {
      try checkGradients(of: OnlyImages())
    }
    try checkGradients(of: OnlyImages(), shapes: [[1, 1, 2, 2, 2]])
  }

  struct Distances: Loss {
    static let manifest = Manifest("distances", "|e|, not the mean of it")
    static let task = LearningTask.regression
    func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) -> Tensor {
      abs(output - target)
    }
  }

  /// Smallest where the output is wrong.
  struct Contrary: Loss {
    static let manifest = Manifest("contrary", "1 / (1 + e²)")
    static let task = LearningTask.regression
    func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) -> Tensor {
      square(output - target).mean().withoutGradient() + 0 * output.sum()
    }
  }

  @Test func losses() throws {
    expectFailure("distances: the loss is [5×1], a single number is expected") {
      try checkGradients(of: Distances())
    }
    expectFailure("contrary: gradient of output[0] is 0.0, finite differences give") {
      try checkGradients(of: Contrary())
    }
    expectFailure("contrary: the loss goes from") { try checkConvergence(of: Contrary()) }
  }

  struct Pull: Regularizer {
    static let manifest = Manifest("pull", "w², out of the gradient's reach")
    func penalty(_ parameter: Tensor) -> Tensor { square(parameter).sum().withoutGradient() }
  }

  @Test func regularizers() throws {
    expectFailure("pull: gradient of w[0] is 0.0") { try checkGradients(of: Pull()) }
  }

  struct Ones: Initializer {
    static let manifest = Manifest("ones", "one everywhere")
    func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
      [Float](repeating: 1, count: parameter.shape.count)
    }
  }

  struct Large: Initializer {
    static let manifest = Manifest("large", "normal numbers of variance 1")
    func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
      (0..<parameter.shape.count).map { _ in random.normal() }
    }
  }

  struct Undecided: Initializer {
    static let manifest = Manifest("undecided", "numbers of the machine's own")
    func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
      (0..<parameter.shape.count).map { _ in .random(in: -1...1) }
    }
  }

  struct TooFew: Initializer {
    static let manifest = Manifest("too_few", "one number")
    func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] { [1] }
  }

  @Test func initializers() throws {
    expectFailure("ones: all values are 1.0") { try checkConvergence(of: Ones()) }
    expectFailure("large: a signal's variance is multiplied by 6") {
      try checkConvergence(of: Large())
    }
    expectFailure("undecided: value 0 is", "from the same random sequence") {
      try checkDeterminism(of: Undecided())
    }
    expectFailure("too_few: gives 1 values for a parameter [6×4]") {
      try checkDeterminism(of: TooFew())
    }
  }
}
