/// The gradients of a step while it is recorded, before the optimizer gets them.
///
/// They lie in one flat tensor a parameter group, so that a rule for all of them is one pass.
public struct Gradients {
  package struct Group {
    package var flat: Tensor
    package let members: [Variable]
    package let offsets: [Int]

    package init(flat: Tensor, members: [Variable], offsets: [Int]) {
      self.flat = flat
      self.members = members
      self.offsets = offsets
    }
  }
  package var groups: [Group]

  package init(groups: [Group]) { self.groups = groups }

  /// Names of the parameters, `dense_1.weight`.
  public var names: [String] { groups.flatMap { $0.members.map(\.name) } }

  /// √Σg² over all parameters.
  public var norm: Tensor {
    let sums = groups.map { square($0.flat).sum() }
    return sqrt(sums.dropFirst().reduce(sums[0]) { $0 + $1 })
  }

  /// Applies one rule to every number of every gradient.
  public mutating func map(_ rule: (Tensor) -> Tensor) {
    for index in groups.indices { groups[index].flat = rule(groups[index].flat) }
  }

  /// Applies a rule to each parameter's gradient on its own, flat; one pass a group lays them together
  /// again.
  public mutating func mapEach(_ rule: (_ name: String, _ gradient: Tensor) -> Tensor) {
    for index in groups.indices {
      let group = groups[index]
      let parts = zip(group.members, group.offsets).map { member, offset in
        rule(member.name, group.flat.slice(axis: 0, offset..<offset + member.shape.count))
      }
      groups[index].flat = Tensor.pack(
        parts, offsets: group.offsets, count: group.flat.shape.count)
    }
  }

  /// The gradient of one parameter, in its shape.
  public subscript(name: String) -> Tensor? {
    get {
      for group in groups {
        for (member, offset) in zip(group.members, group.offsets) where member.name == name {
          return group.flat.slice(axis: 0, offset..<offset + member.shape.count)
            .reshaped(to: member.shape)
        }
      }
      return nil
    }
    set {
      guard let newValue else { return }
      for (index, group) in groups.enumerated() {
        guard let place = group.members.firstIndex(where: { $0.name == name }) else { continue }
        let parts = zip(group.members, group.offsets).enumerated().map { position, pair in
          position == place
            ? newValue
            : group.flat.slice(axis: 0, pair.1..<pair.1 + pair.0.shape.count)
        }
        groups[index].flat = Tensor.pack(
          parts, offsets: group.offsets, count: group.flat.shape.count)
      }
    }
  }
}
