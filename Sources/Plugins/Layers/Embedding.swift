import EspalierProtocols

/// y = a learned vector for each number: [n, …] → [n, …, size].
///
/// The input holds whole numbers 0 … count − 1, such as words or categories. Anything else stops the
/// run with the number and the layer's name. The parameter is `weight` [count, size], which begins
/// with the standard normal distribution unless an initializer is named.
public struct Embedding: Layer {
  public static let manifest = Manifest(
    "embedding", "a learned vector for each of `count` numbers",
    paper: "Bengio and others, 2003", sample: "{embedding: {count: 1000, size: 32}}")

  @Parameter("how many numbers there are: 0 … count - 1", in: 1...16_777_216) public var count: Int
  @Parameter("length of a vector", in: 1...) public var size: Int
  @Parameter("a number that stands for nothing: its vector learns nothing", in: 0...)
  public var padding: Int? = nil
  @Component("gives the vectors their first values") public var initializer: (any Initializer)?

  public init() {}
  public init(
    _ count: Int, size: Int, padding: Int? = nil, initializer: (any Initializer)? = nil
  ) {
    self.count = count
    self.size = size
    self.padding = padding
    self.initializer = initializer
  }

  public func validate() throws {
    guard padding ?? 0 < count else {
      throw PluginError(
        "\(padding ?? 0) is not among the numbers 0 … \(count - 1)", parameter: "padding")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let table = scope.parameter(
      "weight", [count, size],
      // Every row is used on its own: a fan of one makes the deviation one.
      initial: initializer.map { .drawn($0, fanIn: count, fanOut: size) }
        ?? .drawn(VarianceScaling(), fanIn: 1, fanOut: size))
    let vectors = table.gather(x.withoutGradient())
    guard let padding else { return vectors }
    let isPadding = (x .== Float(padding)).reshaped(to: Shape(x.shape.dimensions + [1]))
    return select(isPadding, vectors.withoutGradient(), vectors)
  }
}
