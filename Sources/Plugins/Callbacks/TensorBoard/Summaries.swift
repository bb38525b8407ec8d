/// What TensorBoard shows of a step: values under tags.
enum Summary {
  static func scalar(_ tag: String, _ value: Double) -> EventMessage {
    .make {
      $0.add(1, tag)
      $0.add(2, Float(value))
    }
  }

  /// The spread of numbers over bins of one width between the least and the greatest.
  ///
  /// - Returns: `nil` where none of them is finite; others are left out.
  static func histogram(_ tag: String, _ values: [Float]) -> EventMessage? {
    var (low, high, sum, squares, count) = (Float.infinity, -Float.infinity, 0.0, 0.0, 0)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
      sum += Double(value)
      squares += Double(value) * Double(value)
      count += 1
    }
    guard count > 0 else { return nil }
    let bins = low == high ? 1 : 40
    let (start, width) = (Double(low), (Double(high) - Double(low)) / Double(bins))
    var counts = [Double](repeating: 0, count: bins)
    for value in values where value.isFinite {
      let bin = width > 0 ? Int((Double(value) - start) / width) : 0
      counts[min(bin, bins - 1)] += 1
    }
    let limits = (1...bins).map { $0 == bins ? Double(high) : start + Double($0) * width }
    let histogram = EventMessage.make {
      $0.add(1, Double(low))
      $0.add(2, Double(high))
      $0.add(3, Double(count))
      $0.add(4, sum)
      $0.add(5, squares)
      $0.add(6, packed: limits)
      $0.add(7, packed: counts)
    }
    return .make {
      $0.add(1, tag)
      $0.add(5, histogram)
    }
  }

  static func image(_ tag: String, _ image: PNGImage) -> EventMessage {
    .make { summary in
      summary.add(1, tag)
      summary.add(
        4,
        .make {
          $0.add(1, image.height)
          $0.add(2, image.width)
          $0.add(3, image.channels)
          $0.add(4, bytes: image.encoded)
        })
    }
  }

  /// A text in Markdown.
  static func text(_ tag: String, _ text: String) -> EventMessage {
    let tensor = EventMessage.make { tensor in
      tensor.add(1, 7)
      tensor.add(2, .make { shape in shape.add(2, .make { $0.add(1, 1) }) })
      tensor.add(8, text)
    }
    return .make {
      $0.add(1, tag + "/text_summary")
      $0.add(8, tensor)
      $0.add(9, metadata("text", content: []))
    }
  }

  /// Which of TensorBoard's plugins a value is for.
  static func metadata(_ plugin: String, content: [UInt8]) -> EventMessage {
    .make { metadata in
      metadata.add(
        1,
        .make {
          $0.add(1, plugin)
          if !content.isEmpty { $0.add(2, bytes: content) }
        })
      metadata.add(4, 2)
    }
  }
}
