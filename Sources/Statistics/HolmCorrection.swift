/// Holm's correction of the probabilities of several tests: the chance that any of them errs is kept.
///
/// Sorted ascending, p₍ᵢ₎ becomes max over j ≤ i of min(1, (m − j + 1) · p₍ⱼ₎).
package enum HolmCorrection {
  /// The corrected probabilities, in the order of the given ones.
  package static func corrected(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    var result = probabilities
    var greatest = 0.0
    for (place, index) in order.enumerated() {
      greatest = max(greatest, min(1, Double(order.count - place) * probabilities[index]))
      result[index] = greatest
    }
    return result
  }
}
