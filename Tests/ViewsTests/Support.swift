import EspalierProtocols

extension View {
  /// All sides of a sample.
  func sides(of sample: [Float], _ shape: Shape) -> [[Float]] {
    (0..<count(for: shape)).map { side in
      var output = [Float](repeating: .nan, count: sample.count)
      output.withUnsafeMutableBufferPointer { output in
        sample.withUnsafeBufferPointer { show($0, shape: shape, side: side, to: output) }
      }
      return output
    }
  }
}
