import EspalierProtocols

/// How a trained model looks at samples: once, or from several sides whose predictions are joined.
struct SampleViews {
  private let views: [any View]
  private let joining: TestTimeSettings.Joining
  private let shape: Shape
  /// The plugin and side of each view, in order.
  private let sides: [(plugin: Int, side: Int)]

  /// Each sample as it is.
  static let plain = SampleViews(TestTimeSettings(), shape: [])

  init(_ settings: TestTimeSettings, shape: Shape) {
    views = settings.views
    joining = settings.join
    self.shape = shape
    sides = settings.views.indices.flatMap { plugin in
      (0..<settings.views[plugin].count(for: shape)).map { (plugin, $0) }
    }
  }

  /// Predictions for each sample.
  var count: Int { max(sides.count, 1) }
  var isPlain: Bool { sides.isEmpty }

  /// Shows a batch from one side.
  func show(
    _ samples: UnsafePointer<Float>, count: Int, view: Int, to output: UnsafeMutablePointer<Float>
  ) {
    let (plugin, side) = sides[view]
    let size = shape.count
    for sample in 0..<count {
      views[plugin].show(
        UnsafeBufferPointer(start: samples + sample * size, count: size), shape: shape, side: side,
        to: UnsafeMutableBufferPointer(start: output + sample * size, count: size))
    }
  }

  /// Adds a view's predictions to the joined ones of a batch, which begin at zero.
  ///
  /// The mean of the predictions; or the share of views that say so, of each class.
  func add(_ predictions: UnsafeBufferPointer<Float>, width: Int, to sum: inout [Float]) {
    let part = 1 / Float(count)
    guard joining == .vote else {
      for place in predictions.indices { sum[place] += part * predictions[place] }
      return
    }
    for start in stride(from: 0, to: predictions.count, by: width) {
      if width == 1 {
        sum[start] += predictions[start] >= 0.5 ? part : 0
        continue
      }
      var best = start
      for place in start + 1..<start + width where predictions[place] > predictions[best] {
        best = place
      }
      sum[best] += part
    }
  }
}
