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
