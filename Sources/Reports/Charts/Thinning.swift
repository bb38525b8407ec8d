/// Leaves points out that nobody would see.
enum Thinning {
  /// At most about `limit` points, the lowest and the highest of each stretch among them, so that no peak
  /// is lost.
  static func thinned(
    _ points: [(x: Double, y: Double)], to limit: Int = 400
  ) -> [(x: Double, y: Double)] {
    guard points.count > limit, limit >= 4 else { return points }
    let stretches = limit / 2
    var result: [(x: Double, y: Double)] = []
    for stretch in 0..<stretches {
      let range = stretch * points.count / stretches..<(stretch + 1) * points.count / stretches
      var low = range.lowerBound
      var high = range.lowerBound
      var gap: Int?
      for index in range {
        if !points[index].y.isFinite { gap = index }
        if points[index].y < points[low].y || !points[low].y.isFinite { low = index }
        if points[index].y > points[high].y || !points[high].y.isFinite { high = index }
      }
      var kept = [low, high]
      if stretch == 0 { kept.append(0) }
      if stretch == stretches - 1 { kept.append(points.count - 1) }
      if let gap { kept.append(gap) }
      for index in Set(kept).sorted() { result.append(points[index]) }
    }
    return result
  }

  /// Leaves out points that are nearer to the last one kept than `distance`; the last one stays.
  static func spaced(
    _ points: [(x: Double, y: Double)], distance: Double
  ) -> [(x: Double, y: Double)] {
    guard var last = points.first else { return [] }
    var result = [last]
    for (index, point) in points.enumerated().dropFirst() {
      let (dx, dy) = (point.x - last.x, point.y - last.y)
      if dx * dx + dy * dy >= distance * distance || index == points.count - 1 {
        result.append(point)
        last = point
      }
    }
    return result
  }
}
