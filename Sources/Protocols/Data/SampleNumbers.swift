/// Numbers of samples, in an order of their own: 4 bytes each, and none at all where they are a range.
package struct SampleNumbers: Sendable, RandomAccessCollection {
  fileprivate enum Storage: Sendable {
    case range(Range<Int>)
    case narrow([UInt32])
    /// Where a number does not fit 32 bits.
    case wide([Int])
  }
  private let storage: Storage
  package let count: Int

  package init(_ range: Range<Int>) {
    storage = .range(range)
    count = range.count
  }

  package init(_ numbers: [Int]) {
    self.init(count: numbers.count, below: (numbers.max() ?? 0) + 1) { numbers[$0] }
  }

  /// - Parameters:
  ///   - bound: what no number reaches.
  ///   - number: the number at a place, asked in the order of places.
  package init(count: Int, below bound: Int, _ number: (_ place: Int) throws -> Int) rethrows {
    self.count = count
    if bound <= 1 << 32 {
      var numbers: [UInt32] = []
      numbers.reserveCapacity(count)
      for place in 0..<count { numbers.append(UInt32(truncatingIfNeeded: try number(place))) }
      storage = .narrow(numbers)
    } else {
      storage = .wide(try (0..<count).map(number))
    }
  }

  /// Whether they are a range from 0 on.
  package var isAll: Bool {
    if case .range(let range) = storage { range.lowerBound == 0 } else { false }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { count }

  package subscript(place: Int) -> Int {
    switch storage {
    case .range(let range): range.lowerBound + place
    case .narrow(let numbers): Int(numbers[place])
    case .wide(let numbers): numbers[place]
    }
  }

  /// Writes the numbers at some places.
  package func copy(_ places: Range<Int>, to output: UnsafeMutablePointer<Int>) {
    switch storage {
    case .range(let range):
      for (index, place) in places.enumerated() { output[index] = range.lowerBound + place }
    case .narrow(let numbers):
      numbers.withUnsafeBufferPointer { numbers in
        for index in 0..<places.count { output[index] = Int(numbers[places.lowerBound + index]) }
      }
    case .wide(let numbers):
      for (index, place) in places.enumerated() { output[index] = numbers[place] }
    }
  }

  /// Those at the places that are left; all must be there.
  ///
  /// - Parameter places: ascending.
  package func removing(places: [Int]) -> SampleNumbers {
    guard !places.isEmpty else { return self }
    var (next, place) = (0, 0)
    let bound = (storage.bound ?? lazy.max() ?? 0) + 1
    return SampleNumbers(count: count - places.count, below: bound) { _ in
      while next < places.count, places[next] == place {
        next += 1
        place += 1
      }
      defer { place += 1 }
      return self[place]
    }
  }
}

extension SampleNumbers: Equatable {
  package static func == (a: SampleNumbers, b: SampleNumbers) -> Bool { a.elementsEqual(b) }
}

extension SampleNumbers.Storage {
  /// What no number exceeds, where that is known without looking.
  fileprivate var bound: Int? {
    switch self {
    case .range(let range): range.upperBound
    case .narrow: Int(UInt32.max) - 1
    case .wide: nil
    }
  }
}
