import EspalierProtocols

/// `start_from:` a trained model whose weights and running statistics the run begins with.
///
/// `start_from: runs/digits` is short for `{path: runs/digits}`. What is not loaded gets the same first
/// values as without it.
public struct StartSettings: ConfigSection {
  public static let text = "a trained model whose weights the run begins with"
  public static let shortKey: String? = "path"

  /// What to do about a parameter that cannot be loaded.
  public enum Remedy: String, Choice, Sendable {
    /// The run does not begin.
    case error
    /// Its initializer makes its first values.
    case initialize
  }

  @Parameter("folder of a run, or a .safetensors file; without it the run begins afresh")
  public var path: FilePath?
  @Parameter("layers or parameters to load, with `*` for any characters; all unless given")
  public var layers: [String] = []
  @Parameter(
    "names in the file, by names of layers or parameters; `*` stands for the same on both sides")
  public var mapping: [String: String] = [:]
  @Parameter("what to do about a parameter that the file does not have")
  public var missing = Remedy.error
  @Parameter("what to do about a parameter that has another shape in the file")
  public var otherShape = Remedy.error
  @Parameter("learning rate of what was loaded, as a share of the optimizer's", in: Bounds.positive)
  public var learningRateFactor: Double = 1

  public init() {}

  /// - Parameter path: folder of a run, or a .safetensors file.
  public init(
    from path: FilePath, layers: [String] = [], mapping: [String: String] = [:],
    missing: Remedy = .error, otherShape: Remedy = .error, learningRateFactor: Double = 1
  ) {
    self.path = path
    self.layers = layers
    self.mapping = mapping
    self.missing = missing
    self.otherShape = otherShape
    self.learningRateFactor = learningRateFactor
  }
}
