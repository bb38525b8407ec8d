import EspalierProtocols

/// What a step does with the gradients of its batch.
package enum StepPart: Hashable, Sendable {
  /// Updates the parameters with them.
  case whole
  /// Keeps them, times the batch's samples.
  case first
  /// Adds them to those kept.
  case following
  /// Updates the parameters with the mean over all samples since the first.
  case closing
  /// Tells an optimizer that asks for losses at points of its choice the loss and the gradients, and
  /// changes nothing else.
  case probe
  /// Tells it the Hessian times a vector.
  case curvature

  /// Whether the parameters stay as they are.
  package var holdsBack: Bool { self == .first || self == .following }
}

/// Where a run stands whose updates take several batches.
struct AccumulationState: Codable, Sendable, Hashable {
  /// Updates done since the run began.
  var updates = 0
  /// Samples whose gradients wait for the next update.
  var samples = 0

  mutating func add(_ part: StepPart, samples count: Int) {
    if part.holdsBack {
      samples += count
    } else {
      updates += 1
      samples = 0
    }
  }
}

/// Cuts an epoch into windows of batches that make one update each; the last may be shorter.
///
/// A batch that is left out is absent from its window. Where that is the window's last, what was kept
/// goes on into the next one; at the epoch's end it is dropped.
struct AccumulationWindow {
  /// Batches of a window.
  let batches: Int
  /// Batches of an epoch.
  let perEpoch: Int

  func part(_ progress: Progress) -> StepPart {
    guard let state = progress.accumulation else { return .whole }
    let next = progress.stepInEpoch + 1
    let closes = next.isMultiple(of: batches) || next == perEpoch
    if state.samples == 0 { return closes ? .whole : .first }
    return closes ? .closing : .following
  }

  /// Where a schedule stands, which counts updates.
  func time(_ progress: Progress, epochs: Int) -> TrainingTime {
    let windows = (perEpoch + batches - 1) / batches
    return TrainingTime(
      step: (progress.epoch - 1) * windows + progress.stepInEpoch / batches,
      stepsPerEpoch: windows, totalSteps: windows * epochs)
  }
}

extension UpdateRecording {
  /// The gradients that a step goes on with, where those of several batches make one update.
  ///
  /// - Parameters:
  ///   - samples: of this batch.
  ///   - weights: of the samples [n], whose sum then counts in place of their number: the loss is a mean by
  ///     weights.
  /// - Returns: the mean over the window's samples at its end; elsewhere the batch's own.
  func accumulated(
    _ recorder: Recorder, _ gradients: Gradients, samples: Int, weights: Tensor?, _ part: StepPart
  ) throws -> Gradients {
    var gradients = gradients
    let size = weights?.sum() ?? recorder.constant(Float(samples))
    let count = try self.count(recorder, weights.map { _ in size }, part)
    for (index, (own, group)) in zip(try groups(), gradients.groups).enumerated() {
      // Declared by whole steps too, so that a resumed run finds its place before the first window.
      let sum = try variables.declare(
        "accumulated.\(own.index)", group.flat.shape, role: .optimizer, initial: .constant(0))
      guard part != .whole else { continue }
      let share = group.flat * size
      switch part {
      case .whole, .probe, .curvature: break
      case .first: recorder.assign(sum, share)
      case .following: recorder.assign(sum, recorder.value(of: sum) + share)
      case .closing:
        gradients.groups[index].flat = (recorder.value(of: sum) + share) / count
      }
    }
    return gradients
  }

  /// What the sum over a window is divided by: its samples, or all their weights, which are added up too.
  private func count(_ recorder: Recorder, _ weight: Tensor?, _ part: StepPart) throws -> Tensor {
    guard let weight else { return recorder.input(StepPort.windowSamples, []) }
    let sum = try variables.declare(
      "accumulated.weight", [], role: .optimizer, initial: .constant(0))
    let total = part == .first ? weight : recorder.value(of: sum) + weight
    if part.holdsBack { recorder.assign(sum, total) }
    // Samples that all count nothing have no gradient.
    return maximum(total, Float.leastNormalMagnitude)
  }
}
