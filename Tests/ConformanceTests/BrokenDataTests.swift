import Espalier
import EspalierConformance
import Synchronization
import Testing

/// Data plugins with a fault each, which the kit must find.
@Suite struct BrokenDataTests {
  struct Shift: Augmentation {
    enum Fault: String, Choice { case none, readsScratch, overruns, ownRandom, nothing }
    static let manifest = Manifest("shift", "adds a random number to all")
    @Parameter("what is wrong with it") var fault = Fault.none
    init() {}
    init(_ fault: Fault) { self.fault = fault }

    func augment(
      _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
      scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
    ) {
      let step = fault == .ownRandom ? .random(in: 0...1) : random.normal()
      switch fault {
      case .nothing: return
      case .overruns: sample.baseAddress![sample.count] = 0
      case .readsScratch: sample[0] += scratch[0]
      default: break
      }
      for place in sample.indices { sample[place] += step }
    }
  }

  @Test func augmentations() throws {
    try checkDeterminism(of: Shift())
    expectFailure("shift: element 0 becomes", "the scratch memory", "for a sample [12]") {
      try checkDeterminism(of: Shift(.readsScratch))
    }
    expectFailure("writes outside of the sample") { try checkDeterminism(of: Shift(.overruns)) }
    expectFailure("from the same sample and random sequence") {
      try checkDeterminism(of: Shift(.ownRandom))
    }
    expectFailure("leaves the sample as it is") { try checkDeterminism(of: Shift(.nothing)) }
  }

  struct Numbers: Source {
    enum Fault: String, Choice { case none, opensOtherwise, place, classes, allTargets }
    static let manifest = Manifest("numbers", "samples that are numbers")
    @Parameter("what is wrong with it") var fault = Fault.none
    init() {}
    init(_ fault: Fault) { self.fault = fault }

    func open(_ context: SourceContext) throws -> any Dataset {
      Samples(fault: fault, shift: fault == .opensOtherwise ? .random(in: 0...1) : 0)
    }
  }

  struct Samples: Dataset {
    let fault: Numbers.Fault
    let shift: Float
    let count = 30
    let description = DataDescription(sampleShape: [2], target: .classes(["a", "b"]))

    func read(
      _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
      targets: UnsafeMutablePointer<Float>?
    ) {
      for (place, row) in rows.enumerated() {
        features[2 * place] = Float(fault == .place ? place : row) + shift
        features[2 * place + 1] = 1
        targets?[place] = fault == .classes ? Float(row % 3) : Float(row % 2)
      }
    }

    func allTargets() throws -> [Float] {
      (0..<count).map { fault == .allTargets ? 0 : Float($0 % (fault == .classes ? 3 : 2)) }
    }
  }

  @Test func sources() throws {
    try checkDeterminism(of: Numbers())
    expectFailure("has other numbers when opened again") {
      try checkDeterminism(of: Numbers(.opensOtherwise))
    }
    expectFailure("has other numbers when read backwards") {
      try checkDeterminism(of: Numbers(.place))
    }
    expectFailure("the target of sample 2 is 2.0, a number below 2 is expected") {
      try checkDeterminism(of: Numbers(.classes))
    }
    expectFailure("allTargets says [0.0] of sample 1, its row says [1.0]") {
      try checkDeterminism(of: Numbers(.allTargets))
    }
  }

  /// x / largest |x|.
  struct Largest: Normalizer {
    enum Fault: String, Choice { case none, forgets, otherWayBack, neighbours, overruns }
    static let manifest = Manifest("largest", "x / largest |x|")
    @Parameter("what is wrong with it") var fault = Fault.none
    init() {}
    init(_ fault: Fault) { self.fault = fault }

    func fit(_ samples: TrainingSamples) throws -> any Transform {
      var largest: Float = 0
      try samples.forEachChunk { _, values, _ in
        largest = max(largest, values.map(\.magnitude).max() ?? 0)
      }
      return Scaled(outputShape: samples.description.sampleShape, fault: fault, largest: largest)
    }

    func restore(
      _ state: [String: TransformState], sampleShape: Shape
    ) throws -> any Transform {
      guard let largest = state["largest"]?.values.first else {
        throw PluginError("the saved largest lacks `largest`")
      }
      return Scaled(
        outputShape: sampleShape, fault: fault, largest: fault == .forgets ? 1 : largest)
    }
  }

  struct Scaled: Transform {
    let outputShape: Shape
    let fault: Largest.Fault
    let largest: Float

    func apply(
      _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
    ) {
      for place in input.indices {
        output[place] = (input[place] + (fault == .neighbours ? input[0] : 0)) / largest
      }
      if fault == .overruns { output.baseAddress![output.count] = 0 }
    }

    func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool {
      for place in values.indices { values[place] *= fault == .otherWayBack ? 1 : largest }
      return true
    }

    var state: [String: TransformState] { ["largest": TransformState([1], [largest])] }
  }

  @Test func normalizers() throws {
    try checkRoundTrip(of: Largest())
    expectFailure("largest: number 0 is", "when restored from its state") {
      try checkRoundTrip(of: Largest(.forgets))
    }
    expectFailure("number 0 comes back as") { try checkRoundTrip(of: Largest(.otherWayBack)) }
    expectFailure("a sample's numbers depend on that sample") {
      try checkRoundTrip(of: Largest(.neighbours))
    }
    expectFailure("writes behind its output") { try checkRoundTrip(of: Largest(.overruns)) }
  }
}
