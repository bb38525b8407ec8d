/// Multiplies the loss before gradients are taken and divides them by the same number, so that small ones
/// are not lost in products of few bits.
///
/// An update whose gradients are not finite is left out: parameters, the optimizer's state and averages stay
/// as they are, and its step is not counted by the optimizer. After it the scale is multiplied by `backoff`;
/// after `growthInterval` good updates in a row, by `growth`. With both at 1 the scale stays.
public struct LossScaling: Sendable, Hashable {
  /// The scale of the first step.
  public var initial: Float
  /// What a scale that was good for long is multiplied by, 1 or more.
  public var growth: Float
  /// What a scale that was too large is multiplied by, above 0 to 1.
  public var backoff: Float
  /// Good updates in a row after which the scale grows.
  public var growthInterval: Int

  public init(
    initial: Float = 65536, growth: Float = 2, backoff: Float = 0.5, growthInterval: Int = 2000
  ) {
    self.initial = initial
    self.growth = growth
    self.backoff = backoff
    self.growthInterval = growthInterval
  }
}

/// The scale of the loss as it stands.
public struct LossScale: Sendable, Hashable {
  /// What the loss of the next step is multiplied by.
  public let value: Double
  /// Updates that were made.
  public let updates: Int
  /// Updates that were left out for gradients that were not finite.
  public let skipped: Int

  package init(value: Double, updates: Int, skipped: Int) {
    self.value = value
    self.updates = updates
    self.skipped = skipped
  }
}
