import EspalierProtocols

extension OptimizerStep {
  /// Whether a rule's weight decay acts on this parameter.
  func decays(_ strength: Double, evenBiases: Bool) -> Bool {
    strength != 0 && (decays || evenBiases)
  }

  /// Coupled decay: the gradient of ½λΣw² beside the loss's, g + λw.
  func coupled(
    _ gradient: Tensor, _ parameter: Tensor, _ strength: Double, evenBiases: Bool
  ) -> Tensor {
    decays(strength, evenBiases: evenBiases) ? gradient + parameter * Float(strength) : gradient
  }

  /// Decoupled decay: w·(1 − ηλ), which no gradient scaling touches.
  func decoupled(_ parameter: Tensor, _ strength: Double, evenBiases: Bool) -> Tensor {
    decays(strength, evenBiases: evenBiases)
      ? parameter - parameter * (rate * Float(strength)) : parameter
  }
}

extension OptimizerState {
  /// The running average s ← βs + (1 − β)x, with its new value.
  func average(_ x: Tensor, _ beta: Double) -> Tensor {
    value = value * Float(beta) + x * Float(1 - beta)
    return value
  }
}
