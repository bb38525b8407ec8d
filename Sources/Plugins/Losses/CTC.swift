import EspalierProtocols

/// L = mean of −log P(labels | output) / max(1, number of labels): sequences of labels without their places.
///
/// The output holds a number a step and class, before any softmax: [n, steps, classes]. P sums over all ways
/// to write the labels into the steps: each label once or several times in a row, with blanks between, of
/// which there must be one between equal labels. Targets are values [n, most labels]: class numbers, and −1
/// behind a shorter sequence; with `leading_length` the number of steps that count stands before them,
/// [n, 1 + most labels]. The prediction is the best path's labels, [n, steps], −1 behind them.
public struct CTC: Loss {
  public static let manifest = Manifest(
    "ctc", "−log of the probability of a label sequence, summed over all its alignments",
    paper: "Graves, Fernández, Gomez and Schmidhuber, 2006", sample: "ctc")
  public static let task = LearningTask.any

  @Parameter("the class that stands for no label", in: 0...) public var blank: Int = 0
  @Parameter("whether a sequence that fits no alignment counts nothing, in place of infinity")
  public var zeroInfinity: Bool = false
  @Parameter("whether each target begins with the number of steps that count")
  public var leadingLength: Bool = false

  public init() {}
  public init(blank: Int = 0, zeroInfinity: Bool = false, leadingLength: Bool = false) {
    self.blank = blank
    self.zeroInfinity = zeroInfinity
    self.leadingLength = leadingLength
  }

  private var alignment: Alignment {
    Alignment(blank: blank, zeroInfinity: zeroInfinity, leadingLength: leadingLength)
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    guard output.rank == 3, target.rank == 2, target.shape[0] == output.shape[0] else {
      throw PluginError(
        "ctc takes outputs [n×steps×classes] and label sequences [n×labels], not \(output.shape) and "
          + "\(target.shape)",
        remedy: "end the model with a layer that keeps the steps, as rnn does")
    }
    guard blank < output.shape[2] else {
      throw PluginError(
        "the model has \(output.shape[2]) outputs a step, so no class is \(blank)",
        parameter: "blank")
    }
    let losses = Tensor.apply(CTCLosses(alignment: alignment), to: [output.logSoftmax(), target])
    let labels = leadingLength ? target.slice(axis: 1, 1..<target.shape[1]) : target
    let lengths = maximum((labels .>= 0).sum([-1]), 1)
    return context.mean(losses / lengths)
  }

  public func prediction(from output: Tensor) -> Tensor {
    guard output.rank == 3 else { return output }
    return .apply(CTCBestPath(blank: blank), to: [output])
  }
}

/// How labels are found in a target.
struct Alignment: Sendable {
  let blank: Int
  let zeroInfinity: Bool
  let leadingLength: Bool

  /// The labels with blanks before, between and behind, and the steps that count; `nil` for labels that are
  /// no classes.
  func path(
    _ target: UnsafeBufferPointer<Float>, sample: Int, width: Int, steps: Int, classes: Int
  ) -> (labels: [Int], steps: Int)? {
    var row = target[sample * width..<(sample + 1) * width]
    var counted = steps
    if leadingLength, let first = row.popFirst() {
      guard first >= 1, first <= Float(steps) else { return nil }
      counted = Int(first)
    }
    var labels = [blank]
    for value in row {
      // Behind the last label stand negative numbers.
      if value < 0 { break }
      guard value < Float(classes), Int(value) != blank else { return nil }
      labels += [Int(value), blank]
    }
    return (labels, counted)
  }
}

/// −log P of each sample, from logarithms of probabilities [n, steps, classes] and targets.
private struct CTCLosses: CustomOperation {
  let alignment: Alignment
  let name = "ctc"

  func shape(of inputs: [Shape]) throws -> Shape { [inputs[0][0]] }

  func compute(
    _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let lattice = Lattice(inputs, shapes, alignment)
    for sample in output.indices {
      let loss = -(lattice.logProbability(of: sample) ?? .nan)
      output[sample] = loss == .infinity && alignment.zeroInfinity ? 0 : Float(loss)
    }
  }

  func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] {
    let shares = Tensor.apply(CTCShares(alignment: alignment), to: inputs)
    let n = inputs[0].shape[0]
    return [-shares * upstream.reshaped(to: [n, 1, 1]), nil]
  }
}

/// The share of a step and class in the alignments of each sample's labels; its own gradient is not known.
private struct CTCShares: CustomOperation {
  let alignment: Alignment
  let name = "ctc_shares"

  func shape(of inputs: [Shape]) throws -> Shape { inputs[0] }

  func compute(
    _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    output.update(repeating: 0)
    let lattice = Lattice(inputs, shapes, alignment)
    for sample in 0..<shapes[0][0] { lattice.addShares(of: sample, to: output) }
  }

  func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] { [nil, nil] }
}

/// All alignments of labels with steps, by step and place in the path.
private struct Lattice {
  let logarithms: UnsafeBufferPointer<Float>
  let targets: UnsafeBufferPointer<Float>
  let steps: Int
  let classes: Int
  let width: Int
  let alignment: Alignment

  init(_ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape], _ alignment: Alignment) {
    logarithms = inputs[0]
    targets = inputs[1]
    steps = shapes[0][1]
    classes = shapes[0][2]
    width = shapes[1][1]
    self.alignment = alignment
  }

  private func path(_ sample: Int) -> (labels: [Int], steps: Int)? {
    alignment.path(targets, sample: sample, width: width, steps: steps, classes: classes)
  }

  private func logarithm(_ sample: Int, _ step: Int, _ label: Int) -> Double {
    Double(logarithms[(sample * steps + step) * classes + label])
  }

  /// Whether a path may come to a place from the one two before it: no blank, and another label.
  private func skips(_ labels: [Int], to place: Int) -> Bool {
    place >= 2 && labels[place] != alignment.blank && labels[place] != labels[place - 2]
  }

  /// log of the probability of all ways to each step and place, that step included.
  private func forward(_ sample: Int, _ labels: [Int], _ count: Int) -> [Double] {
    let size = labels.count
    var result = [Double](repeating: -.infinity, count: count * size)
    result[0] = logarithm(sample, 0, labels[0])
    if size > 1 { result[1] = logarithm(sample, 0, labels[1]) }
    for step in 1..<max(count, 1) {
      let before = (step - 1) * size
      for place in 0..<size {
        var sum = result[before + place]
        if place >= 1 { sum = logarithmOfSum(sum, result[before + place - 1]) }
        if skips(labels, to: place) { sum = logarithmOfSum(sum, result[before + place - 2]) }
        result[step * size + place] = sum + logarithm(sample, step, labels[place])
      }
    }
    return result
  }

  /// log of the probability of all ways from each step and place to the end, that step left out.
  private func backward(_ sample: Int, _ labels: [Int], _ count: Int) -> [Double] {
    let size = labels.count
    var result = [Double](repeating: -.infinity, count: count * size)
    result[count * size - 1] = 0
    if size > 1 { result[count * size - 2] = 0 }
    for step in stride(from: count - 2, through: 0, by: -1) {
      let next = (step + 1) * size
      func way(_ place: Int) -> Double {
        result[next + place] + logarithm(sample, step + 1, labels[place])
      }
      for place in 0..<size {
        var sum = way(place)
        if place + 1 < size { sum = logarithmOfSum(sum, way(place + 1)) }
        if place + 2 < size, skips(labels, to: place + 2) {
          sum = logarithmOfSum(sum, way(place + 2))
        }
        result[step * size + place] = sum
      }
    }
    return result
  }

  private func total(_ forward: [Double], _ size: Int) -> Double {
    size == 1
      ? forward[forward.count - 1]
      : logarithmOfSum(forward[forward.count - 1], forward[forward.count - 2])
  }

  /// `nil` for a target that is none.
  func logProbability(of sample: Int) -> Double? {
    guard let (labels, count) = path(sample) else { return nil }
    return total(forward(sample, labels, count), labels.count)
  }

  func addShares(of sample: Int, to output: UnsafeMutableBufferPointer<Float>) {
    guard let (labels, count) = path(sample) else { return }
    let size = labels.count
    let ahead = forward(sample, labels, count)
    let sum = total(ahead, size)
    guard sum > -.infinity else {
      // No alignment: nothing that a gradient could improve.
      if !alignment.zeroInfinity {
        for place in 0..<count * classes { output[sample * steps * classes + place] = .nan }
      }
      return
    }
    let behind = backward(sample, labels, count)
    for step in 0..<count {
      for (place, label) in labels.enumerated() {
        let share = _exp(ahead[step * size + place] + behind[step * size + place] - sum)
        output[(sample * steps + step) * classes + label] += Float(share)
      }
    }
  }
}

private func logarithmOfSum(_ a: Double, _ b: Double) -> Double {
  let (low, high) = (min(a, b), max(a, b))
  return low == -.infinity ? high : high + _log1p(_exp(low - high))
}

/// The labels of the most probable class of each step, repetitions and blanks left out; −1 behind them.
private struct CTCBestPath: CustomOperation {
  let blank: Int
  let name = "ctc_best_path"

  func shape(of inputs: [Shape]) throws -> Shape { [inputs[0][0], inputs[0][1]] }

  func compute(
    _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let (steps, classes) = (shapes[0][1], shapes[0][2])
    output.update(repeating: -1)
    for sample in 0..<shapes[0][0] {
      var last = blank
      var count = 0
      for step in 0..<steps {
        let row = (sample * steps + step) * classes
        var best = 0
        for label in 1..<max(classes, 1) where inputs[0][row + label] > inputs[0][row + best] {
          best = label
        }
        if best != last, best != blank {
          output[sample * steps + count] = Float(best)
          count += 1
        }
        last = best
      }
    }
  }

  func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] { [nil] }

  func composed(from inputs: [Tensor]) -> Tensor? {
    let scores = inputs[0]
    let (samples, steps, classes) = (scores.shape[0], scores.shape[1], scores.shape[2])
    let recorder = scores.recorder
    func numbers(_ count: Int, _ shape: Shape) -> Tensor {
      recorder.constant((0..<count).map(Float.init), shape)
    }
    // The first of the largest; classes that are not the largest count as one behind the last.
    let isBest = scores .>= scores.max([2], keepingAxes: true)
    let label = numbers(classes, [1, 1, classes])
    let best = -(-select(isBest, label, label * 0 + Float(classes))).max([2])
    var before = best * 0 + Float(blank)
    if steps > 1 {
      before = .concatenate(
        [before.slice(axis: 1, 0..<1), best.slice(axis: 1, 0..<steps - 1)], axis: 1)
    }
    let isLabel = (best .!= before) * (1 - (best .== Float(blank)))
    // Where it goes: as many places from the left as labels before it.
    let upTo = numbers(steps, [steps, 1]) .<= numbers(steps, [1, steps])
    let place = matmul(isLabel, upTo) - 1
    let goes = place.reshaped(to: [samples, steps, 1]) .== numbers(steps, [1, 1, steps])
    let moved = (isLabel * (best + 1)).reshaped(to: [samples, steps, 1]) * goes
    return moved.sum([1]) - 1
  }
}
