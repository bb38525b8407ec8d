import Foundation

/// The weights of samples and members in AdaBoost for K classes (SAMME).
///
/// Samples begin with equal weights w, in all 1. After each round, with e = Σ w over the samples that its
/// member gets wrong: α = ln((1 − e) / e) + ln(K − 1) is the member's weight in the vote; samples that it
/// got wrong have w · exp(α), and all are scaled to 1 in sum. A member without mistakes counts 1 and is the last;
/// one with e ≥ 1 − 1/K, no better than chance, is left out and ends it. Zhu, Zou, Rosset and Hastie, 2009.
package struct AdaBoost: Sendable {
  /// What a round came to.
  package enum Round: Sendable, Equatable {
    /// The member's error and its weight.
    case kept(error: Double, weight: Double)
    /// It makes no mistake: there is nothing left to learn.
    case perfect
    /// It is no better than chance.
    case useless(error: Double)
  }

  package let classes: Int
  /// The weights of the samples, in all 1.
  package private(set) var weights: [Double]

  /// - Parameter weights: what samples count beforehand; `nil` when all count alike.
  package init(samples: Int, classes: Int, weights: [Double]? = nil) {
    self.classes = classes
    self.weights = weights ?? [Double](repeating: 1, count: samples)
    scale()
  }

  /// Takes note of which samples a member got wrong.
  package mutating func take(mistakes: [Bool]) -> Round {
    var error = 0.0
    for (sample, isWrong) in mistakes.enumerated() where isWrong { error += weights[sample] }
    if error <= 0 { return .perfect }
    guard error < 1 - 1 / Double(classes) else { return .useless(error: error) }
    let weight = log((1 - error) / error) + log(Double(classes) - 1)
    for (sample, isWrong) in mistakes.enumerated() where isWrong { weights[sample] *= exp(weight) }
    scale()
    return .kept(error: error, weight: weight)
  }

  private mutating func scale() {
    let sum = weights.reduce(0, +)
    for sample in weights.indices { weights[sample] /= sum }
  }
}
