import EspalierProtocols
import Foundation

/// What the losses of a run say of how well it fits.
///
/// With T and V the means of the last tenth of the training and validation losses, V* the lowest validation
/// loss, and c the loss of one that knows the shares of the targets alone:
///
/// - **underfitting**: (c − T) / c < 0.1, a tenth of what there is to learn is not learned;
/// - **overfitting**: V − V* > 0.1 · (c − V*), a tenth of what was gained on validation samples is lost again, and
///   training went on: T is below the training loss of the epoch with V*;
/// - **good fit**: else.
///
/// Where c is not known, the first validation loss stands for it in the second rule, and the first says nothing.
package struct LearningCurve: Sendable {
  package enum Kind: String, Sendable {
    case underfitting
    case goodFit = "good_fit"
    case overfitting
    /// The losses are no numbers at the end.
    case diverged
  }

  package let kind: Kind
  /// The place among the epochs of the lowest validation loss, from 0; `nil` without validation.
  package let lowest: Int?
  /// The last validation loss less the last training loss; `nil` without validation.
  package let finalGap: Double?
  /// (c − T) / c, the share of what there is to learn that is learned; `nil` where c is not known.
  package let learned: Double?

  /// - Parameters:
  ///   - training: the training loss of each epoch.
  ///   - validation: the validation loss of each; empty without validation.
  ///   - constantGuess: c; `nil` where it is not known.
  ///   - learned: the share learned, where something other than c tells it, such as r².
  /// - Returns: `nil` without epochs.
  package init?(
    training: [Double], validation: [Double], constantGuess: Double? = nil, learned: Double? = nil
  ) {
    guard let lastTraining = training.last else { return nil }
    let end = Self.tail(training)
    let guess = constantGuess.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    self.learned = learned ?? guess.map { ($0 - end) / $0 }
    let finite = validation.indices.filter { validation[$0].isFinite }
    lowest = finite.min { validation[$0] < validation[$1] }
    finalGap = validation.last.map { $0 - lastTraining }
    guard end.isFinite, validation.last?.isFinite ?? true else {
      kind = .diverged
      return
    }
    if let share = self.learned, share < 0.1 {
      kind = .underfitting
      return
    }
    guard let lowest, let first = validation.first, lowest < training.count else {
      kind = .goodFit
      return
    }
    let least = validation[lowest]
    let gained = (guess ?? first) - least
    let lost = Self.tail(validation) - least
    kind = gained > 0 && lost > 0.1 * gained && end < training[lowest] ? .overfitting : .goodFit
  }

  /// The mean of the last tenth.
  private static func tail(_ values: [Double]) -> Double {
    let last = values.suffix(max(1, values.count / 10))
    return last.reduce(0, +) / Double(last.count)
  }
}

extension LearningCurve {
  /// The curve of a run.
  ///
  /// The loss of a constant guess is taken to be ln K for K classes; in regression r² of the training samples
  /// says what is learned, where the run measures it.
  ///
  /// - Parameter catalog: the plugins among which its loss is found.
  package init?(_ run: RunRecord, catalog: Catalog) {
    let training = run.epochs.compactMap { $0.results["train_loss"] }
    let validation = run.epochs.compactMap { $0.results["validation_loss"] }
    guard training.count == run.epochs.count else { return nil }
    let task = run.loss.flatMap { catalog.find(.loss, $0)?.type as? any Loss.Type }?.task
    var guess: Double?
    if task == .classification, let input = FittedTransforms.input(of: run.folder + "/transforms"),
      input.target.count > 1
    {
      guess = Foundation.log(Double(input.target.count))
    }
    self.init(
      training: training, validation: validation.count == training.count ? validation : [],
      constantGuess: guess, learned: run.epochs.last?.results["train_r2"])
  }
}

extension RunRecord {
  /// The name of the run's loss.
  var loss: String? {
    for setting in settings {
      if setting.path == "loss", case .text(let name) = setting.value { return name }
      let parts = setting.path.split(separator: ".")
      if parts.count > 1, parts[0] == "loss" { return String(parts[1]) }
    }
    return nil
  }
}
