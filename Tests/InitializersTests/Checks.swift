import EspalierProtocols
import EspalierReferences
import Testing

/// Draws a parameter of a case's shape.
func draw(_ initializer: any Initializer, _ reference: OracleCase) throws -> [Double] {
  let shape = Shape(reference.integers("shape")!)
  let description = ParameterDescription(
    name: "dense_1.weight", shape: shape, fanIn: Int(reference.number("fan_in") ?? 1),
    fanOut: Int(reference.number("fan_out") ?? 1))
  var random = CounterRandom(seed: 17, stream: reference.id)
  let values = try initializer.values(for: description, random: &random)
  #expect(values.count == shape.count)
  return values.map { Double($0) }
}

/// Compares a sample with the reference's distribution: bounds, mean, deviation and quantiles, each
/// within five standard errors.
func checkDistribution(
  _ file: String, named names: Set<String>? = nil, location: SourceLocation = #_sourceLocation,
  _ make: (OracleCase) -> any Initializer
) throws {
  let cases = try Oracle.cases("initializers/" + file, named: names)
  #expect(!cases.isEmpty, sourceLocation: location)
  for reference in cases {
    let expected = try #require(reference.other["expected"])
    func number(_ key: String) -> Double? { expected[key]?.number }
    let values = try draw(make(reference), reference)
    let count = Double(values.count)
    func check(_ condition: Bool, _ what: String) {
      #expect(condition, "\(reference.id): \(what)", sourceLocation: location)
    }
    if let value = number("value") {
      check(values.allSatisfy { $0 == value }, "value")
      continue
    }
    let mean = values.reduce(0, +) / count
    check(abs(mean - number("mean")!) <= number("mean_5sigma")!, "mean \(mean)")
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let deviation = variance.squareRoot()
    check(
      abs(deviation / number("std")! - 1) <= number("std_relative_5sigma")!, "std \(deviation)")
    // Bounds are rounded to single precision.
    let rounding = 1e-6 * (number("high") ?? 0).magnitude
    if let low = number("low") { check(values.min()! >= low - rounding, "low") }
    if let high = number("high") { check(values.max()! <= high + rounding, "high") }
    for (probability, quantile) in expected["quantiles"]?.table ?? [:] {
      let share = Double(values.count(where: { $0 <= quantile.number! })) / count
      let band = expected["quantile_probability_5sigma"]![probability]!.number!
      check(abs(share - Double(probability)!) <= band, "quantile \(probability) at \(share)")
    }
  }
}
