import EspalierProtocols

/// A value with which nothing behind the cleaners can do anything.
struct UnusableValue: Error, CustomStringConvertible {
  /// Where it stands, and what it is.
  let message: String
  /// What can be done about it.
  let remedy: String
  /// The source in the config that gave it.
  var path = "data.source"

  var description: String { message + "; " + remedy }
}

/// Looks through features and targets for values that are missing, infinite, or no class.
enum ValueChecks {
  /// - Parameters:
  ///   - values: whole samples.
  ///   - cleaners: those that have had a say, by name.
  ///   - place: says where a sample stands.
  /// - Throws: ``UnusableValue`` for the first value that is missing or infinite.
  static func check(
    _ values: UnsafeBufferPointer<Float>, _ description: DataDescription, after cleaners: [String],
    place: (Int) -> String
  ) throws {
    guard let bad = firstUnusable(values) else { return }
    let size = max(description.sampleShape.count, 1)
    let feature = bad % size
    let name =
      description.featureNames.count == size
      ? "`\(description.featureNames[feature])`" : "\(feature)"
    let start = "\(place(bad / size)), feature \(name): "
    guard values[bad].isNaN else {
      throw UnusableValue(
        message: start + "the value is infinite",
        remedy: "`outliers` in `data.clean` takes such values back")
    }
    throw UnusableValue(
      message: start + "the value is missing",
      remedy: cleaners.isEmpty
        ? "`missing_values` in `data.clean` fills such values in, or leaves the samples out"
        : "\(cleaners.joined(separator: " and ")) did not fill it in")
  }

  private static func firstUnusable(_ values: UnsafeBufferPointer<Float>) -> Int? {
    // All bits of the exponent are set in NaN and infinity; whole numbers are compared many at once.
    let exponent: UInt32 = 0x7F80_0000
    var found: UInt32 = 0
    for value in values { found |= value.bitPattern & exponent == exponent ? 1 : 0 }
    return found == 0 ? nil : values.firstIndex { !$0.isFinite }
  }

  /// - Throws: ``UnusableValue`` for the first target that is no number, or no class.
  static func checkTargets(of samples: Preparation.Samples) throws {
    let dataset = samples.dataset
    let target = dataset.description.target
    let width = target.width
    guard width > 0 else { return }
    let all = try dataset.allTargets()
    for row in samples.rows {
      for part in 0..<width {
        let value = all[row * width + part]
        let fault: String
        if value.isNaN {
          fault = "the target is missing"
        } else if value.isInfinite {
          fault = "the target is infinite"
        } else if case .classes(let names) = target,
          value != value.rounded() || value < 0 || value >= Float(names.count)
        {
          fault = "\(value) is the number of no class; there are \(names.count), from 0"
        } else {
          continue
        }
        throw UnusableValue(
          message: "\(samples.place(of: row)): \(fault)",
          remedy: "`label_check` in `data.clean` leaves such samples out", path: samples.path)
      }
    }
  }
}
