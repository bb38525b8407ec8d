import EspalierProtocols

/// What a bagged ensemble comes to on training samples, each predicted by the members alone that have not
/// drawn it. Breiman, 1996.
package struct OutOfBag: Sendable {
  /// Training samples that a member has not drawn.
  package let samples: Int
  /// Metrics of the joined predictions.
  package let metrics: [String: Double]

  /// - Throws: ``RunFailure`` when the members have not one training split, or all have seen all of it.
  package init(_ ensemble: Ensemble) throws {
    var present: [[Bool]] = []
    var all: [[Double]] = []
    var width = 0
    var targets: [Float] = []
    for (number, member) in ensemble.members.enumerated() {
      let data = try RunData.prepare(member.configuration)
      let own = try member.targets(of: data.training)
      guard number == 0 || own == targets else {
        throw RunFailure("the members have not the same training samples")
      }
      targets = own
      var unseen = [Bool](repeating: true, count: data.training.count)
      for sample in data.draws ?? SampleNumbers(0..<unseen.count) { unseen[sample] = false }
      present.append(unseen)
      let (values, ownWidth) = try member.scores(of: data.training)
      all.append(values)
      width = ownWidth
    }
    let predictions = MemberPredictions(
      all, width: width, weights: ensemble.weights, present: present)
    let joined = predictions.joined(ensemble.join)
    let measured = present[0].indices.filter { sample in
      present.contains { $0[sample] } && !joined[sample * width].isNaN
    }
    guard !measured.isEmpty else {
      throw RunFailure("every member has drawn every training sample, so none is out of the bag")
    }
    samples = measured.count
    let targetWidth = targets.count / max(present[0].count, 1)
    metrics = try Ensemble.measure(
      ensemble.members[0].configuration.metrics,
      measured.flatMap { sample in
        joined[sample * width..<(sample + 1) * width].map { Float($0) }
      },
      targets: measured.flatMap { targets[$0 * targetWidth..<($0 + 1) * targetWidth] },
      width: width, ensemble.target
    ).numbers
  }
}
