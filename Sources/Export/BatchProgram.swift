import EspalierProtocols

/// An extent that may follow the number of samples in a batch: fixed + perSample · n.
package struct BatchExtent: Hashable, Sendable {
  package var fixed: Int
  package var perSample: Int

  package init(_ fixed: Int, perSample: Int = 0) {
    self.fixed = fixed
    self.perSample = perSample
  }

  package static let one = BatchExtent(1)

  package var isFixed: Bool { perSample == 0 }

  static func + (a: BatchExtent, b: BatchExtent) -> BatchExtent {
    BatchExtent(a.fixed + b.fixed, perSample: a.perSample + b.perSample)
  }
}

/// A program for batches of any size.
///
/// Recorded programs have static shapes. This one is told from recordings for three sizes: what differs
/// among them must follow the size in a straight line, and everything else must be the same.
package struct BatchProgram {
  /// The recording for one of the sizes.
  package let program: Program
  /// Extents of each node's value.
  package let shapes: [[BatchExtent]]
  /// Where the slices and embeddings among the nodes start.
  package let starts: [Int: [BatchExtent]]

  /// Large primes, so that no extent of a model equals one by chance.
  private static let sizes = [1009, 1013, 1031]

  /// - Parameter record: the recording for a number of samples.
  /// - Throws: ``ExportFailure`` when the recordings do not agree, and what the recording throws.
  package init(_ record: (_ samples: Int) throws -> Program) throws {
    let programs = try Self.sizes.map(record)
    let first = programs[0]
    guard programs.allSatisfy({ $0.nodes.count == first.nodes.count }) else {
      throw ExportFailure("what the model computes depends on the number of samples in a batch")
    }
    var shapes: [[BatchExtent]] = []
    var starts: [Int: [BatchExtent]] = [:]
    for number in first.nodes.indices {
      let nodes = programs.map { $0.nodes[number] }
      let place = first.scopes[nodes[0].scope]
      guard nodes.allSatisfy({ $0.inputs == nodes[0].inputs }) else {
        throw Self.disagreement(place)
      }
      shapes.append(try Self.extents(nodes.map(\.shape.dimensions), place))
      switch nodes[0].primitive {
      case .slice(_, let steps), .embed(_, let steps):
        let all = try nodes.map { node in
          switch node.primitive {
          case .slice(let starts, steps), .embed(let starts, steps): starts
          default: throw Self.disagreement(place)
          }
        }
        starts[number] = try Self.extents(all, place)
      case .constant(let value):
        // Compared by bits: NaN is a constant like any other.
        let agrees = nodes.allSatisfy {
          if case .constant(let other) = $0.primitive {
            other.bitPattern == value.bitPattern
          } else {
            false
          }
        }
        guard agrees else { throw Self.disagreement(place) }
      case .custom(let custom):
        let values = (custom.operation as? FixedNumbers)?.values.map(\.bitPattern)
        let agrees = nodes.allSatisfy {
          guard case .custom(let other) = $0.primitive else { return false }
          return values == (other.operation as? FixedNumbers)?.values.map(\.bitPattern)
        }
        guard agrees else { throw Self.disagreement(place) }
      default:
        guard nodes.allSatisfy({ $0.primitive == nodes[0].primitive }) else {
          throw Self.disagreement(place)
        }
      }
    }
    program = first
    self.shapes = shapes
    self.starts = starts
  }

  private static func extents(_ values: [[Int]], _ place: String) throws -> [BatchExtent] {
    guard values.allSatisfy({ $0.count == values[0].count }) else { throw disagreement(place) }
    return try values[0].indices.map { axis in
      let (a, b, c) = (values[0][axis], values[1][axis], values[2][axis])
      let perSample = (b - a) / (sizes[1] - sizes[0])
      let extent = BatchExtent(a - perSample * sizes[0], perSample: perSample)
      guard extent.value(for: sizes[1]) == b, extent.value(for: sizes[2]) == c else {
        throw disagreement(place)
      }
      return extent
    }
  }

  private static func disagreement(_ place: String) -> ExportFailure {
    ExportFailure(
      "what it computes for a sample depends on the number of samples in the batch", at: place)
  }
}

extension BatchExtent {
  func value(for samples: Int) -> Int { fixed + perSample * samples }
}
