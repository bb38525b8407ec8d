import Foundation

/// Seconds between one lap and the next.
struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    let passed = (now - last).components
    return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
  }
}

/// The machine, in words.
enum SystemFacts {
  static var description: String {
    let process = ProcessInfo.processInfo
    return "\(process.operatingSystemVersionString), \(process.activeProcessorCount) cores"
  }
}
