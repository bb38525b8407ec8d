import EspalierProtocols

/// Lets matrix products and convolutions of the layers read their operands in 16 bits while training.
///
/// Activations, weights and gradients are rounded where a product reads them, and added up in 32 bits.
/// Parameters, the optimizer's state, all other arithmetic, and evaluation keep 32 bits.
///
/// With `bf16`, results of products and gradients that flow back are rounded too, whoever reads them, and values that
/// need no more lie in memory as 16 bits: a step takes less memory, and passes over it are shorter. Gradients of
/// parameters keep 32 bits. Processors with instructions for `bf16` (AVX-512 BF16) multiply it twice as fast as 32-bit
/// floats; on others numbers are the same. With `fp16`, values lie in 32 bits, and nothing is gained in speed.
///
/// `bf16` has the range of 32-bit floats. `fp16` is finer, but gradients below 6·10⁻⁸ would be lost, so the
/// loss is multiplied by a scale before gradients are taken, and they are divided by it. With `dynamic`
/// scaling, an update with gradients that are not finite is left out and halves the scale, and
/// `growth_interval` good updates in a row double it.
public struct MixedPrecision: Callback, ParameterSelecting {
  public static let manifest = Manifest(
    "mixed_precision", "lets layers multiply numbers of 16 bits", aliases: ["amp"],
    paper: "Micikevicius et al., 2018",
    sample: "{mixed_precision: {type: bf16}}")

  /// What operands are rounded to.
  public enum Format: String, Choice { case bf16, fp16 }

  /// How the loss is scaled.
  public enum Scaling: String, Choice {
    /// `dynamic` with `fp16`, `none` with `bf16`.
    case auto
    /// By a scale that falls when gradients overflow, and grows when they have not for long.
    case dynamic
    /// By the same scale always; updates whose gradients overflow are left out.
    case fixed
    /// Not at all.
    case none
  }

  @Parameter("what operands of products are rounded to") public var type: Format = .bf16
  @Parameter("how the loss is scaled before gradients are taken") public var scaling: Scaling =
    .auto
  @Parameter("the scale of the first step", in: Bounds.positive) public var lossScale: Float = 65536
  @Parameter("good updates in a row after which the scale doubles", in: 1..., unit: "updates")
  public var growthInterval: Int = 2000
  @Parameter("layers that keep 32 bits, with `*` for any characters") public var keep: [String] = []

  public init() {}

  public init(
    _ type: Format, scaling: Scaling = .auto, lossScale: Float = 65536, growthInterval: Int = 2000,
    keep: [String] = []
  ) {
    self.type = type
    self.scaling = scaling
    self.lossScale = lossScale
    self.growthInterval = growthInterval
    self.keep = keep
  }

  public static var selectionName: String { "keep" }
  public var selection: [String] { keep }

  public var changesProductPrecision: Bool { true }

  public func productPrecision(in layer: String) -> ProductPrecision? {
    if NamePattern.any(of: keep, fits: layer + ".weight") { return nil }
    return type == .bf16 ? .bfloat16 : .float16
  }

  public var lossScaling: LossScaling? {
    switch scaling {
    case .auto where type == .bf16, .none: nil
    case .auto, .dynamic: LossScaling(initial: lossScale, growthInterval: growthInterval)
    case .fixed: LossScaling(initial: lossScale, growth: 1, backoff: 1)
    }
  }

  public var events: Set<Event> { lossScaling == nil ? [] : [.epochEnd] }
  // What it logs is of the epoch that the loggers write.
  public var runsBefore: [String] { ["json_log", "csv_log", "progress"] }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    guard let scale = run.lossScale else { return .proceed }
    run.log("loss_scale", scale.value)
    run.log("skipped_updates", Double(scale.skipped))
    // Gradients that overflow with such a scale are not finite with any.
    if scale.value < 0x1p-24 {
      throw PluginError(
        "gradients were not finite whatever the scale of the loss: \(scale.skipped) updates were left "
          + "out",
        remedy: "look for values that overflow in `\(type.rawValue)`; `nan_guard` stops at "
          + "the first loss that is not finite")
    }
    return .proceed
  }
}
