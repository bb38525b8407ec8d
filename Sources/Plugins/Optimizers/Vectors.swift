/// Σ aᵢ·bᵢ
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for place in a.indices { sum += a[place] * b[place] }
  return sum
}

/// a ← a + factor·b
func add(_ a: inout [Double], _ factor: Double, _ b: [Double]) {
  for place in a.indices { a[place] += factor * b[place] }
}

extension [Double] {
  /// The greatest magnitude; no number if one of them is none.
  var largest: Double {
    reduce(0) { $1.magnitude > $0 || $1.isNaN ? $1.magnitude : $0 }
  }
}
