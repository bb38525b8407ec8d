/// Changes training samples at random, a fresh draw each epoch.
public protocol Augmentation: Plugin {
  /// Checks that samples of this shape can be changed so.
  /// - Throws: ``PluginError``, for example for an image operation on a table.
  func check(_ shape: Shape) throws

  /// Changes one sample in place. Runs on background threads.
  ///
  /// - Parameters:
  ///   - sample: its numbers, row-major.
  ///   - scratch: as many numbers for intermediate use, of any content.
  ///   - random: the sample's own sequence, a function of (seed, epoch, sample): who draws when does
  ///     not matter.
  func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom)
}

extension Augmentation {
  public func check(_ shape: Shape) throws {}
}

/// An augmentation that makes new samples out of several of a batch.
///
/// Targets that are classes become shares of classes: [n, classes] in place of class numbers, which the
/// loss must be able to learn (``Loss/takesClassShares``).
public protocol BatchAugmentation: Augmentation {
  /// Changes a batch in place. Runs on background threads.
  ///
  /// - Parameter random: the batch's own sequence, a function of (seed, epoch, batch).
  func mix(_ batch: inout SampleBatch, random: inout CounterRandom)
}

extension BatchAugmentation {
  /// Does nothing: all is done to the batch as a whole.
  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {}
}

/// The samples of a batch before they are trained on, valid during a call.
public struct SampleBatch {
  /// Number of samples.
  public let count: Int
  /// Shape of one sample.
  public let shape: Shape
  /// count × the shape's count; to be changed.
  public let features: UnsafeMutableBufferPointer<Float>
  /// The features before the call.
  public let originals: UnsafeBufferPointer<Float>
  /// Numbers of a target: shares of the classes, or values.
  public let targetWidth: Int
  private let targets: UnsafeMutableBufferPointer<Float>
  private let originalTargets: UnsafeBufferPointer<Float>
  private let weights: UnsafeMutableBufferPointer<Float>
  private let originalWeights: UnsafeBufferPointer<Float>

  /// - Parameters:
  ///   - targets: count × targetWidth.
  ///   - weights: one a sample; empty where all count alike.
  package init(
    count: Int, shape: Shape, features: UnsafeMutableBufferPointer<Float>,
    originals: UnsafeBufferPointer<Float>, targetWidth: Int,
    targets: UnsafeMutableBufferPointer<Float>, originalTargets: UnsafeBufferPointer<Float>,
    weights: UnsafeMutableBufferPointer<Float>, originalWeights: UnsafeBufferPointer<Float>
  ) {
    self.count = count
    self.shape = shape
    self.features = features
    self.originals = originals
    self.targetWidth = targetWidth
    self.targets = targets
    self.originalTargets = originalTargets
    self.weights = weights
    self.originalWeights = originalWeights
  }

  /// Makes a target share · its own + (1 − share) · another's, as they were before the call.
  ///
  /// Where samples have weights, each part counts by its sample's.
  ///
  /// - Parameter share: 0 ≤ x ≤ 1.
  public func mixTarget(of sample: Int, with other: Int, share: Float) {
    var (own, foreign) = (share, 1 - share)
    if !weights.isEmpty {
      own *= originalWeights[sample]
      foreign *= originalWeights[other]
      weights[sample] = own + foreign
      // A sample that counts nothing may have any target.
      let sum = Swift.max(own + foreign, .leastNormalMagnitude)
      (own, foreign) = (own / sum, foreign / sum)
    }
    for place in 0..<targetWidth {
      targets[sample * targetWidth + place] =
        own * originalTargets[sample * targetWidth + place]
        + foreign * originalTargets[other * targetWidth + place]
    }
  }
}
