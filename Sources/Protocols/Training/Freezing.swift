/// Parameters that are kept as they are in some epochs.
///
/// They get no gradient, no decay and no change of the optimizer's state, and their backward pass is not
/// run. Running statistics of their layers still move.
public struct Freezing: Sendable, Hashable {
  /// Names of layers or parameters, with `*` for any characters.
  public var parameters: [String]
  /// The first epoch in which they are frozen, from 1.
  public var from: Int
  /// The last such epoch; `nil` for that of the run.
  public var until: Int?

  public init(_ parameters: [String], from: Int = 1, until: Int? = nil) {
    self.parameters = parameters
    self.from = from
    self.until = until
  }

  /// Whether they are frozen in an epoch, from 1.
  public func holds(in epoch: Int) -> Bool { epoch >= from && epoch <= until ?? .max }
}
