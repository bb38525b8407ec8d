import EspalierCallbacks
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct GradientClippingTests {
  @Test func followsTheReference() throws {
    for reference in try Oracle.cases("gradients/clipping") {
      let callback =
        switch reference.name {
        case "clip_by_value": GradientClipping(value: reference.number("clip_value"))
        case "clip_by_global_norm": GradientClipping(norm: reference.number("max_norm"))
        default: GradientClipping(perParameterNorm: reference.number("max_norm"))
        }
      // In one group, and in two: the norm is over all of them.
      for split in [0, 1] {
        let problems = try reference.differences(
          precision: .doubleWithSingleConstants, skipping: ["total_norm", "norms"]
        ) { recorder, tensors in
          let names = tensors.keys.sorted()
          var gradients = Gradients(groups: [])
          for part in [names[..<split], names[split...]] where !part.isEmpty {
            gradients.groups.append(try Self.group(Array(part), tensors, recorder))
          }
          callback.clip(&gradients)
          return Dictionary(uniqueKeysWithValues: names.map { ($0, gradients[$0]!) })
        }
        #expect(problems.isEmpty, "\(problems)")
      }
    }
  }

  private static func group(
    _ names: [String], _ tensors: [String: Tensor], _ recorder: Recorder
  ) throws -> Gradients.Group {
    let members = try names.map {
      try recorder.variables.declare(
        $0, tensors[$0]!.shape, role: .weight, initial: .constant(0))
    }
    let (flat, offsets) = try recorder.variables.flatten(
      members.map(\.id), name: "flat of " + names.joined(separator: " "))
    let packed = Tensor.pack(
      names.map { tensors[$0]! }, offsets: offsets, count: flat.shape.count)
    return Gradients.Group(flat: packed, members: members, offsets: offsets)
  }

  @Test func valueComesBeforeNorm() throws {
    let found = try Evaluation.run(inputs: ["g": .init([2], [100, 0.5])]) { recorder, tensors in
      var gradients = Gradients(groups: [try Self.group(["g"], tensors, recorder)])
      GradientClipping(value: 1, norm: 10).clip(&gradients)
      return ["y": gradients["g"]!]
    }
    #expect(found["y"]!.values == [1, 0.5])
  }

  @Test func needsALimit() {
    #expect(throws: PluginError.self) { try GradientClipping().validate() }
    #expect(throws: Never.self) { try GradientClipping(norm: 1).validate() }
  }

  @Test func hasTheNamesOfItsConfig() {
    #expect(
      Schema(of: GradientClipping()).items.map(\.name) == ["value", "norm", "per_parameter_norm"])
  }
}
