/// Statistics that layers keep of what comes through them, measured over the training samples.
extension Scope {
  /// Whether this program measures statistics, batch by batch: layers that keep some use the batch's own,
  /// as in training, and hand them to ``collect(_:_:)``. Everything else does what it does in evaluation.
  public var isCollecting: Bool { recorder.collectedBatch != nil }

  /// Adds a batch's statistic to the mean over all batches, which the statistic then is.
  ///
  ///     s ← s + (value − s)/t        t the number of the batch from 1
  public func collect(_ name: String, _ value: Tensor) {
    guard let batch = recorder.collectedBatch else { return }
    guard let known = recorder.variables[self.name(of: name)] else {
      _ = recorder.fail("`\(name)` was collected before it was declared", like: value)
      return
    }
    let old = recorder.value(of: known)
    // The first replaces what was there, were it no number.
    recorder.assign(known, select(batch .<= 1, value, old + (value - old) / batch))
  }

  /// Has the statistics of all layers measured over the training samples before each validation and for
  /// the weights that the run ends with.
  public func wantExactStatistics() { recorder.wantsExactStatistics = true }
}
