import EspalierProtocols
import EspalierReferences
import Testing

/// Compares penalty and gradient with every case of a file.
///
/// - Parameter folder: of the file, seen from the oracles.
func check(
  _ file: String, in folder: String = "regularizers/",
  _ make: (OracleCase) throws -> any Regularizer
) throws {
  let cases = try Oracle.cases(folder + file)
  #expect(!cases.isEmpty, "no cases in \(file)")
  for reference in cases {
    let regularizer = try make(reference)
    try regularizer.validate()
    let problems = try reference.differences(precision: .doubleWithSingleConstants) {
      ["penalty": regularizer.penalty($1["w"]!)]
    }
    #expect(problems.isEmpty, "\(problems)")
  }
}

/// The penalty of a network of which the regularizer takes what it declares.
func checkSelection(
  _ penalty: String, _ make: (_ strength: Double, _ biases: Bool) -> any Regularizer
) throws {
  for reference in try Oracle.cases("regularizers/selection")
  where reference.text("penalty") == penalty {
    let regularizer = make(
      reference.number("lambda")!, reference.flag("biases_penalised")!)
    let problems = try reference.differences(precision: .doubleWithSingleConstants) {
      recorder, _ in
      let scope = Scope(recorder)
      let terms = reference.parameters.sorted { $0.key < $1.key }.compactMap {
        name, value -> Tensor? in
        let isBias = name.hasSuffix("bias")
        let tensor = scope.parameter(
          name, value.shape, role: isBias ? .bias : .weight, initial: .constant(0))
        return isBias && !regularizer.includesBiases
          ? tensor.sum() * 0 : regularizer.penalty(tensor)
      }
      return ["penalty": terms.dropFirst().reduce(terms[0]) { $0 + $1 }]
    }
    #expect(problems.isEmpty, "\(problems)")
  }
}
