import Espalier
import EspalierProtocols

/// Checks that a balancer weighs the same samples in the same way.
///
/// A small run of three classes of unequal size, with a validation and a test split, comes to the same bits
/// when it is run again, with two threads, and with threads that prepare data; and it draws other samples, or
/// weighs them otherwise, than a run without it.
///
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkDeterminism(of balancer: some Balancer) throws {
  try validated(balancer)
  let name = balancer.pluginName
  func run(_ balancers: [any Balancer]) throws -> SmallRun {
    try SmallRun(of: [balancer]) {
      $0.data.source = ConformancePoints(.classes(["a", "b", "c"]), shape: [6], uneven: true)
      $0.data.split.test = 0.25
      $0.data.split.stratify = false
      $0.data.balance = balancers
    }
  }
  let balanced = try run([balancer])
  try checkSameBits(balanced, of: name)
  let plain = try checking(name) { try run([]).outcome() }
  guard try balanced.outcome().difference(from: plain) != nil else {
    throw ConformanceFailure(name, "changes nothing in a run whose classes are of unequal size")
  }
}

/// Checks that a view shows the same side of a sample each time, and nothing else.
///
/// It has a side at least, and shows a different one among them; it writes all of its output and nothing
/// beyond; numbers stay finite. A small run that looks at samples so comes to the same bits when it is run
/// again, with two threads, and with threads that prepare data.
///
/// - Parameter shapes: of the samples that are tried, all of which it must accept; unless given, a row of
///   features and images, of which it must accept one.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkDeterminism(of view: some View, shapes: [Shape]? = nil) throws {
  try validated(view)
  let name = view.pluginName
  let usual: [Shape] = [[12], [1, 8, 8], [3, 9, 10]]
  for shape in try shapes ?? accepted(usual, by: name, { try view.check($0) }) {
    try checking(name, "for a sample \(shape)") {
      try view.check(shape)
      try checkSides(view, shape)
    }
    let run = try SmallRun(of: [view], sampleShape: shape) { $0.data.testTime.views = [view] }
    try checkSameBits(run, of: name)
  }
}

private func checkSides(_ view: some View, _ shape: Shape) throws {
  let name = view.pluginName
  let sample = Evaluation.Array.uneven(shape).floats
  let mark: Float = 4321.5
  let guards = 16
  func shown(_ side: Int, over content: Float) throws -> [Float] {
    var room = [Float](repeating: mark, count: sample.count + 2 * guards)
    for place in sample.indices { room[guards + place] = content }
    room.withUnsafeMutableBufferPointer { room in
      sample.withUnsafeBufferPointer { sample in
        view.show(
          sample, shape: shape, side: side,
          to: UnsafeMutableBufferPointer(rebasing: room[guards..<guards + sample.count]))
      }
    }
    guard (room.prefix(guards) + room.suffix(guards)).allSatisfy({ $0 == mark }) else {
      throw ConformanceFailure(name, "side \(side) writes outside of its output")
    }
    return Array(room[guards..<guards + sample.count])
  }
  let count = view.count(for: shape)
  guard count > 0 else { throw ConformanceFailure(name, "has no side") }
  var changes = false
  for side in 0..<count {
    let first = try shown(side, over: 0)
    guard first.allSatisfy({ $0.isFinite }) else {
      throw ConformanceFailure(name, "side \(side) has numbers that are not finite")
    }
    guard try shown(side, over: .nan).elementsEqual(first) else {
      throw ConformanceFailure(name, "side \(side) depends on what its output held before")
    }
    changes = changes || first != sample
  }
  guard changes else { throw ConformanceFailure(name, "shows every side as the sample is") }
}
