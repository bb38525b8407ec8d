import EspalierProtocols

/// Checks that groups of channels have one size.
func checkGroups(_ groups: Int, of count: Int, _ what: String) throws(PluginError) {
  guard count % groups == 0 else {
    throw PluginError(
      "\(count) \(what) cannot be split into \(groups) groups of one size", parameter: "groups")
  }
}

extension Scope {
  /// γ · y + β with a number each for every channel (axis 1): parameters `weight` and `bias`.
  func scaledAndShifted(_ y: Tensor) -> Tensor {
    let channels = y.shape[1]
    // [c] beside [n, c, …]
    let aligned = Shape([channels] + [Int](repeating: 1, count: y.rank - 2))
    let weight = parameter("weight", [channels], role: .scale, initial: .constant(1))
    let bias = parameter("bias", [channels], role: .bias, initial: .constant(0))
    return y * weight.reshaped(to: aligned) + bias.reshaped(to: aligned)
  }
}
