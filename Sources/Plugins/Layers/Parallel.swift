import EspalierProtocols

/// y = the branches' results for one input, joined along an axis, added, or averaged.
///
/// A branch is a layer; ``Sequential`` makes one of several, and the activation `identity` passes the
/// input itself. Branches are named as layers in a row are: `parallel_1.conv2d_1`,
/// `parallel_1.conv2d_2`.
public struct Parallel: Layer {
  public static let manifest = Manifest(
    "parallel", "branches over one input, joined along an axis, added, or averaged",
    aliases: ["concat"], paper: "Szegedy and others, 2015",
    sample: "{parallel: {branches: [{dense: {units: 8, activation: relu}}, identity]}}")

  /// What becomes of the branches' results.
  public enum Join: String, Choice { case concat, sum, mean }

  @Component("layers that each take the input") public var branches: [any Layer]
  @Parameter("`concat` one behind another along `axis`, or the `sum` or `mean` of equal shapes")
  public var join = Join.concat
  @Parameter("along which results are joined; 0 counts samples, 1 channels or features")
  public var axis = 1

  public init() {}
  public init(_ branches: [any Layer], join: Join = .concat, axis: Int = 1) {
    self.branches = branches
    self.join = join
    self.axis = axis
  }

  public var hasBranches: Bool { true }

  public func validate() throws {
    guard !branches.isEmpty else {
      throw PluginError("parallel needs at least one branch", parameter: "branches")
    }
    guard axis != 0 else {
      throw PluginError("samples of a batch are not joined: axis 0 counts them", parameter: "axis")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let results = try zip(branches, Scope.names(of: branches)).map { branch, name in
      try scope.apply(branch, named: name, to: x)
    }
    let shapes = results.map(\.shape)
    guard join == .concat else {
      guard shapes.allSatisfy({ $0 == shapes[0] }) else { throw mismatch(shapes, "add") }
      let sum = results.dropFirst().reduce(results[0]) { $0 + $1 }
      return join == .sum ? sum : sum / Float(results.count)
    }
    let place = axis < 0 ? axis + shapes[0].rank : axis
    let fits = shapes.allSatisfy { shape in
      shape.rank == shapes[0].rank && 1..<max(shape.rank, 1) ~= place
        && shape.dimensions.indices.allSatisfy { $0 == place || shape[$0] == shapes[0][$0] }
    }
    guard fits else { throw mismatch(shapes, "join along axis \(axis)") }
    return Tensor.concatenate(results, axis: place)
  }

  private func mismatch(_ shapes: [Shape], _ verb: String) -> PluginError {
    PluginError(
      "the branches make \(shapes.map(\.description).joined(separator: ", ")), "
        + "which one cannot \(verb)", parameter: "branches")
  }
}
