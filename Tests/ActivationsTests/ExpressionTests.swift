import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Foundation
import Testing

@Suite struct ExpressionTests {
  private func value(_ formula: String, at x: [Double]) throws -> (y: [Double], slope: [Double]) {
    try Expression(formula).validate()
    let result = try Evaluation.run(inputs: ["x": .init([x.count], x)]) { _, tensors in
      let y = Expression(formula)(tensors["x"]!)
      return ["y": y, "slope": y.sum().gradients(for: [tensors["x"]!])[0]]
    }
    return (result["y"]!.values, result["slope"]!.values)
  }

  private static let points = [-2.5, -1, -0.25, 0.5, 1, 3]

  static let formulas: [(text: String, value: @Sendable (Double) -> Double)] = [
    ("x", { $0 }), ("-x", { -$0 }), ("2 + 3 * x", { 2 + 3 * $0 }), ("(2 + 3) * x", { 5 * $0 }),
    ("2 - x - 1", { 1 - $0 }), ("8 / 4 / 2 * x", { $0 }), ("-x^2", { -$0 * $0 }),
    ("(-x)^2", { $0 * $0 }), ("x^3", { $0 * $0 * $0 }),
    ("-2 * x", { -2 * $0 }), ("1e1 * x", { 10 * $0 }),
    ("where(x > 0, x^4, 0)", { max($0, 0) * max($0, 0) * $0 * $0 }),
    ("2^-x", { pow(2, -$0) }),
    ("1e-1 * x", { 0.1 * $0 }), ("2.5E+1 * x", { 25 * $0 }), (".5*x", { 0.5 * $0 }),
    ("x * sigmoid(1.702 * x)", { $0 / (1 + exp(-1.702 * $0)) }),
    ("where(x > 0, x, exp(x) - 1)", { $0 > 0 ? $0 : exp($0) - 1 }),
    ("max(x, 0) + 0.1 * min(x, 0)", { $0 > 0 ? $0 : 0.1 * $0 }),
    ("(x >= 0.5) * x", { $0 >= 0.5 ? $0 : 0 }), ("(x <= 0.5) * x", { $0 <= 0.5 ? $0 : 0 }),
    ("(x < 0) * x", { $0 < 0 ? $0 : 0 }), ("sin(pi * x) / e", { sin(.pi * $0) / M_E }),
    ("cos(x) + tanh(x)", { cos($0) + tanh($0) }), ("log1p(exp(x))", { log1p(exp($0)) }),
    ("softplus(x)", { log1p(exp($0)) }), ("relu(x) - abs(x)", { max($0, 0) - abs($0) }),
    ("erf(x) * sqrt(square(x) + 1)", { erf($0) * ($0 * $0 + 1).squareRoot() }),
    ("expm1(x) / log(abs(x) + 2)", { expm1($0) / log(abs($0) + 2) }),
    ("sign(x) * pow(abs(x), 1.5)", { ($0 < 0 ? -1 : 1) * pow(abs($0), 1.5) }), ("3", { _ in 3 }),
  ]

  @Test(arguments: formulas.indices)
  func isWhatItSays(_ index: Int) throws {
    let (text, expected) = Self.formulas[index]
    let found = try value(text, at: Self.points)
    #expect(found.y.count == Self.points.count)
    for (x, (y, slope)) in zip(Self.points, zip(found.y, found.slope)) {
      #expect(abs(y - expected(x)) < 1e-6 * (1 + abs(y)), "\(text) at \(x): \(y)")
      // No point is near a kink.
      let step = 1e-5
      let difference = (expected(x + step) - expected(x - step)) / (2 * step)
      if x != 0.5 {
        #expect(abs(slope - difference) < 1e-5 * (1 + abs(slope)), "\(text)' at \(x): \(slope)")
      }
    }
  }

  @Test func powersBindToTheRight() throws {
    let y = try value("x^2^3", at: [1.5]).y[0]
    #expect(abs(y - pow(1.5, 8)) < 1e-4)
  }

  @Test(arguments: [
    ("", "a number, `x` or a function is expected, found the end at character 1"),
    ("x +", "a number, `x` or a function is expected, found the end at character 4"),
    ("(x", "`)` is expected, found the end at character 3"),
    ("x)", "nothing more is expected, found `)` at character 2"),
    ("2 x", "nothing more is expected, found `x` at character 3"),
    (
      "sigmod(x)",
      "`sigmod` is not known at character 1; a formula knows x, pi, e, max, min, pow, where, exp,"
    ),
    ("y + 1", "`y` is not known at character 1"),
    ("sin x", "`(` is expected behind sin, found `x` at character 5"),
    ("max(x)", "max takes 2 arguments, not 1 at character 6"),
    ("sin(x, 1)", "sin takes 1 argument, not 2 at character 9"),
    ("x ** 2", "a power is written `^`"), ("1.2.3 * x", "`1.2.3` is no number at character 1"),
    ("1e99 * x", "`1e99` is no number"), ("x $ 2", "nothing more is expected, found `$`"),
    ("max(x; 1)", "`,` or `)` is expected, found `;` at character 6"),
  ])
  func mistakes(_ formula: String, _ message: String) {
    let error = #expect(throws: PluginError.self) { try Expression(formula).validate() }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.parameter == "formula")
  }

  @Test func hostileOnesAreRefused() {
    for text in [
      String(repeating: "(", count: 900), String(repeating: "sin(", count: 240),
      String(repeating: "(", count: 100) + "x" + String(repeating: ")", count: 100),
      // What has ended gives no more depth than it took.
      String(repeating: "(x)+", count: 60) + String(repeating: "(", count: 110) + "x"
        + String(repeating: ")", count: 110),
      String(repeating: "x^2+", count: 60) + String(repeating: "x^", count: 110) + "x",
      String(repeating: "x^", count: 450) + "x", String(repeating: "x^", count: 100) + "x",
      String(repeating: "x+", count: 10_000) + "x",
    ] {
      #expect(throws: PluginError.self) { try Expression(text).validate() }
    }
    #expect(throws: Never.self) {
      // Depth ends where its parentheses or its power do.
      try Expression(String(repeating: "(x)+", count: 200) + "x").validate()
      try Expression(String(repeating: "x^2+", count: 200) + "x").validate()
      try Expression(String(repeating: "(", count: 99) + "x" + String(repeating: ")", count: 99))
        .validate()
      try Expression(String(repeating: "x^", count: 99) + "x").validate()
      try Expression(String(repeating: "-", count: 900) + "x").validate()
      try Expression(String(repeating: "x+", count: 400) + "x").validate()
    }
  }

  @Test func conforms() throws {
    let gelu = Expression("x * sigmoid(1.702 * x)")
    try checkGradients(of: gelu)
    try checkConvergence(of: gelu)
    try checkRoundTrip(of: gelu)
  }
}
