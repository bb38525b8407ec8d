import Espalier
import EspalierProtocols

/// Checks that an initializer's values are a function of the parameter and the random sequence, as many
/// as the parameter has, and finite; and that a small run that begins with them comes to the same bits.
///
/// - Parameter shapes: of the parameters that are tried.
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(
  of initializer: some Initializer, shapes: [Shape] = [[6, 4], [4, 3, 3, 3], [5, 5]]
) throws {
  try validated(initializer)
  let name = initializer.pluginName
  for shape in shapes {
    try checking(name, "for a parameter \(shape)") {
      let first = try initialValues(initializer, shape, seed: 3)
      let second = try initialValues(initializer, shape, seed: 3)
      for (place, value) in first.enumerated() {
        guard value.isFinite else {
          throw ConformanceFailure(name, "value \(place) is \(value), a finite one is expected")
        }
        guard value.bitPattern == second[place].bitPattern else {
          throw ConformanceFailure(
            name,
            "value \(place) is \(value) and then \(second[place]) from the same random sequence")
        }
      }
    }
  }
  try checkSameBits(
    SmallRun(of: [initializer]) {
      $0.model = [
        Dense(8, activation: Tanh(), initializer: initializer),
        Dense(3, initializer: initializer),
      ]
    }, of: name)
}
