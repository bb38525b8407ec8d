import EspalierProtocols

/// The built-in losses.
package let losses = PluginBundle("losses") {
  CrossEntropy.self
  BinaryCrossEntropy.self
  MeanSquaredError.self
  MeanAbsoluteError.self
  Huber.self
  SmoothL1.self
  Hinge.self
}
