import EspalierKernels
import EspalierProtocols

/// The scatter of the training samples within and between their classes, in double precision.
struct ClassScatter {
  let mean: [Double]
  var width: Int { mean.count }
  /// Classes that have samples.
  let classCount: Int
  private let sampleCount: Int
  /// [width × width].
  private let within: [Double]
  /// √n_c · (μ_c − μ), one row a class that has samples.
  private let offsets: [Double]

  /// More features than this would need matrices of over 2 GiB.
  private static let widest = 16_384

  init(_ samples: TrainingSamples) throws {
    guard case .classes(let names) = samples.description.target else {
      throw PluginError("lda tells classes apart, and the targets are none")
    }
    let (width, count) = (samples.width, samples.count)
    guard width <= Self.widest else {
      throw PluginError(
        "\(width) features are too many for discriminants; \(Self.widest) are the most")
    }
    var sums = [Double](repeating: 0, count: names.count * width)
    var counts = [Double](repeating: 0, count: names.count)
    // About the mean of all, and total scatter; that within is what the class means leave of it.
    var center = [Double](repeating: 0, count: width)
    var total = [Double](repeating: 0, count: width * width)
    var shift: [Double] = []
    var failed = false
    try samples.forEachChunk { number, values, targets in
      if shift.isEmpty { shift = values.prefix(width).map { Double($0) } }
      let result = esp_covariance_add(
        values.baseAddress, Int64(number), Int64(width), shift, &center, &total)
      failed = failed || result != 0
      for row in 0..<number {
        let label = Int(targets[row])
        counts[label] += 1
        for place in 0..<width {
          sums[label * width + place] += Double(values[row * width + place]) - shift[place]
        }
      }
    }
    guard !failed else { throw PluginError("memory for \(width)×\(width) scatter is missing") }
    let present = counts.indices.filter { counts[$0] > 0 }
    guard present.count > 1, count > present.count else {
      throw PluginError(
        "lda needs two classes and more samples than classes; the training data have \(count) "
          + "samples of \(present.count)")
    }
    esp_covariance_finish(Int64(count), Int64(width), shift, 0, &center, &total)
    if let bad = center.firstIndex(where: { !$0.isFinite }) {
      throw PluginError(
        "the feature `\(samples.description.name(ofFeature: bad))` has values that are not finite in "
          + "the training data")
    }
    var offsets: [Double] = []
    for label in present {
      let root = counts[label].squareRoot()
      for place in 0..<width {
        let own = sums[label * width + place] / counts[label] + shift[place]
        offsets.append(root * (own - center[place]))
      }
    }
    for index in total.indices { total[index] *= Double(count) }
    for row in 0..<present.count {
      for a in 0..<width {
        let offset = offsets[row * width + a]
        for b in 0..<width { total[a * width + b] -= offset * offsets[row * width + b] }
      }
    }
    mean = center
    classCount = present.count
    sampleCount = count
    within = total
    self.offsets = offsets
  }

  /// The directions with S_b·v = λ·S_w·v, one a row, greatest λ first.
  ///
  /// With S_b = H·Hᵀ, H of one column a class, and W the square root of S_w's inverse, all follows from
  /// the small matrix (W·H)ᵀ·(W·H).
  func directions(shrinkage: Double) throws -> (eigenvalues: [Double], vectors: [Double]) {
    var matrix = within
    var trace = 0.0
    for place in 0..<width { trace += within[place * width + place] }
    for index in matrix.indices { matrix[index] *= 1 - shrinkage }
    for place in 0..<width {
      matrix[place * width + place] += shrinkage * trace / Double(width)
    }
    var scatter = [Double](repeating: 0, count: width)
    guard esp_symmetric_eigen(&matrix, &scatter, Int32(width)) == 0 else {
      throw PluginError("the scatter of the training data could not be taken apart")
    }
    let least = (scatter.first ?? 0) * 1e-10
    let rank = scatter.count { $0 > least && $0 > 0 }
    guard rank > 0 else {
      throw PluginError("no feature changes within a class, so there is no scatter to compare with")
    }
    // Rows of the root: eigenvector / √eigenvalue. [rank × width]
    for row in 0..<rank {
      for place in 0..<width { matrix[row * width + place] /= scatter[row].squareRoot() }
    }
    let root = Array(matrix.prefix(rank * width))
    var offsetColumns = [Double](repeating: 0, count: width * classCount)
    for row in 0..<classCount {
      for place in 0..<width {
        offsetColumns[place * classCount + row] = offsets[row * width + place]
      }
    }
    // [rank × classes]
    var whitened = [Double](repeating: 0, count: rank * classCount)
    esp_matmul_double(
      &whitened, root, offsetColumns, Int64(rank), Int64(classCount), Int64(width))
    var small = [Double](repeating: 0, count: classCount * classCount)
    for a in 0..<classCount {
      for b in 0..<classCount {
        for row in 0..<rank {
          small[a * classCount + b] +=
            whitened[row * classCount + a] * whitened[row * classCount + b]
        }
      }
    }
    var eigenvalues = [Double](repeating: 0, count: classCount)
    guard esp_symmetric_eigen(&small, &eigenvalues, Int32(classCount)) == 0 else {
      throw PluginError("the discriminants of the training data could not be found")
    }
    let most = min(classCount - 1, rank)
    let found = eigenvalues.prefix(most).prefix { $0 > eigenvalues[0] * 1e-12 && $0 > 0 }
    guard !found.isEmpty else {
      throw PluginError("the classes have the same means, so no direction tells them apart")
    }
    var vectors: [Double] = []
    for (index, eigenvalue) in found.enumerated() {
      vectors += direction(
        small[index * classCount..<(index + 1) * classCount], eigenvalue, whitened, root)
    }
    return (Array(found), vectors)
  }

  /// W·(W·H)·u / √λ, made as long as the scaling wants it.
  private func direction(
    _ u: ArraySlice<Double>, _ eigenvalue: Double, _ whitened: [Double], _ root: [Double]
  ) -> [Double] {
    let rank = root.count / width
    var result = [Double](repeating: 0, count: width)
    for row in 0..<rank {
      var sum = 0.0
      for (place, value) in u.enumerated() { sum += whitened[row * classCount + place] * value }
      for place in 0..<width { result[place] += sum * root[row * width + place] }
    }
    var scale = (Double(sampleCount) / eigenvalue).squareRoot()
    let peak = result.max { $0.magnitude < $1.magnitude } ?? 0
    if peak < 0 { scale = -scale }
    return result.map { $0 * scale }
  }
}
