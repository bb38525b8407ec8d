import EspalierConformance
import EspalierProtocols
import Testing

/// What becomes of variables' old values, and other cases that random programs brought up.
@Suite struct AssignmentTests {
  private func declare(_ recorder: Recorder, _ name: String, _ shape: Shape) throws -> Variable {
    try recorder.variables.declare(name, shape, role: .weight, initial: .constant(0))
  }

  private let old = ["a": [1, 2, 3], "b": [4, 5, 6.0]]

  @Test func variablesSwapped() throws {
    try Evaluation.checkBackends(inputs: [:], parameters: old) { recorder, _ in
      let (a, b) = (try declare(recorder, "a", [3]), try declare(recorder, "b", [3]))
      recorder.assign(a, recorder.value(of: b))
      recorder.assign(b, recorder.value(of: a))
      return ["was": recorder.value(of: a)]
    }
  }

  @Test func oldValueKeptBesideUpdate() throws {
    try Evaluation.checkBackends(inputs: [:], parameters: old) { recorder, _ in
      let (a, b) = (try declare(recorder, "a", [3]), try declare(recorder, "b", [3]))
      recorder.assign(b, recorder.value(of: a))
      recorder.assign(a, recorder.value(of: a) * 2)
      return [:]
    }
  }

  @Test func sliceAssigned() throws {
    let x = Evaluation.Array([5], [1, 2, 3, 4, 5])
    try Evaluation.checkBackends(inputs: ["x": x], parameters: old) { recorder, t in
      let a = try declare(recorder, "a", [3])
      recorder.assign(a, t["x"]!.slice(axis: 0, 1..<4))
      return [:]
    }
  }

  @Test func slicePacked() throws {
    let x = Evaluation.Array([5], [1, 2, 3, 4, 5])
    try Evaluation.checkBackends(inputs: ["x": x]) { _, t in
      let part = exp(t["x"]!).slice(axis: 0, 1..<3)
      return ["packed": Tensor.pack([part, t["x"]!], offsets: [0, 16], count: 32)]
    }
  }

  @Test func productAddedToItsOperand() throws {
    let x = Evaluation.Array([64, 64], (0..<4096).map { Double($0 % 37) / 19 - 0.9 })
    try Evaluation.checkBackends(inputs: ["x": x]) { _, t in
      let y = sin(t["x"]!)
      return ["y": maximum(matmul(y, t["x"]!) * 0.1, 0.01) + y]
    }
  }

  @Test func sliceOfConstant() throws {
    try Evaluation.checkBackends(inputs: ["x": .init([4], [1, 2, 3, 4])]) { _, t in
      let zeros = t["x"]!.filled(with: 0.5)
      return ["y": sin(zeros.slice(axis: 0, 1..<3)) + 1]
    }
  }
}
