import EspalierProtocols
import Testing

/// Every mistake that a recording can hold, and how it is told.
@Suite struct MistakeTests {
  @Test func arithmetic() {
    #expect(
      mistake { _ = $0.input("a", [2, 3]) + $0.input("b", [4]) }
        == "add: shapes [2×3] and [4] do not fit")
    #expect(
      mistake { _ = select($0.input("c", [2]), $0.input("a", [3]), $0.input("b", [3])) }
        == "select: shapes [2], [3] and [3] do not fit")
    #expect(
      mistake { _ = $0.input("a", [2, 3]).broadcast(to: [3, 2]) }
        == "[2×3] does not broadcast to [3×2]")
    #expect(
      mistake { _ = $0.input("a", [2, 3]).gradients(for: [$0.input("b", [1])]) }
        == "a gradient needs a single number, not [2×3]")
    #expect(mistake { _ = $0.constant([1, 2], [3]) } == "2 values for a tensor [3]")
  }

  static let movements: [(@Sendable (Tensor) -> Tensor, String)] = [
    ({ $0.reshaped(to: [4]) }, "[2×3] has 6 elements and cannot become [4]"),
    ({ $0.reshaped(to: [-1, 4]) }, "[2×3] has 6 elements and cannot become [-1×4]"),
    ({ $0.reshaped(to: [-1, -1]) }, "[2×3] has 6 elements and cannot become [-1×-1]"),
    ({ $0.reshaped(to: [0, -1]) }, "[2×3] has 6 elements and cannot become [0×-1]"),
    ({ $0.permuted([0, 0]) }, "[0, 0] is no order of the axes of [2×3]"),
    ({ $0.reshaped(to: [6]).transposed }, "[6] has no two axes to transpose"),
    ({ $0.slice(starts: [0, 2], sizes: [2, 2]) }, "a slice at [0, 2] of size [2×2] leaves [2×3]"),
    ({ $0.slice(starts: [0], sizes: [2]) }, "a slice at [0] of size [2] leaves [2×3]"),
    ({ $0.slice(axis: 2, 0..<1) }, "[2×3] has no axis 2"),
    ({ $0.slice(axis: 1, 1..<1) }, "a slice at [0, 1] of size [2×0] leaves [2×3]"),
    (
      { $0.padded([(before: -1, after: 0), (before: 0, after: 0)]) },
      "padding needs a pair of numbers ≥ 0 for each axis of [2×3]"
    ),
    (
      { Tensor.concatenate([$0, $0.transposed], axis: 0) },
      "shapes [2×3], [3×2] cannot be joined along axis 0"
    ),
    (
      { Tensor.concatenate([$0, $0], axis: 2) }, "shapes [2×3], [2×3] cannot be joined along axis 2"
    ),
    ({ $0.sum().gather($0) }, "a single number has no rows to gather"),
    ({ $0.sum([2]) }, "a reduction over axes [2] of a tensor [2×3]"),
    ({ $0.sum([1, -1]) }, "a reduction over axes [1, -1] of a tensor [2×3]"),
    ({ $0.indices(along: 2) }, "[2×3] has no axis 2"),
  ]

  @Test(arguments: movements.indices) func movement(index: Int) {
    let (body, message) = Self.movements[index]
    #expect(mistake { _ = body($0.input("x", [2, 3])) } == message)
  }

  @Test func products() {
    #expect(
      mistake { _ = matmul($0.input("a", [3]), $0.input("b", [3, 2])) }
        == "a matrix product needs two axes: [3] by [3×2]")
    #expect(
      mistake { _ = matmul($0.input("a", [2, 3]), $0.input("b", [2, 3])) }
        == "[2×3] and [2×3] do not fit for a matrix product")
    #expect(
      mistake { _ = matmul($0.input("a", [2, 2, 3]), $0.input("b", [3, 3, 2])) }
        == "[2×2×3] and [3×3×2] have batches that do not fit")
  }

  @Test func images() {
    func message(_ body: @escaping (Tensor, Tensor) -> Tensor) -> String {
      mistake { _ = body($0.input("x", [1, 4, 5, 5]), $0.input("w", [4, 4, 3, 3])) }
    }
    #expect(
      message { x, w in x.reshaped(to: [100]).convolved(with: w) }
        == "a convolution takes images [n, c, h, w], not [100]")
    #expect(
      message { x, w in x.convolved(with: w, groups: 2) }
        == "filters [4×4×3×3] in 2 groups do not fit images [1×4×5×5]")
    #expect(
      message { x, w in x.convolved(with: w, groups: 0) }
        == "filters [4×4×3×3] in 0 groups do not fit images [1×4×5×5]")
    #expect(
      message { x, w in x.convolved(with: w, dilation: [3, 3]) }
        == "a kernel of 3×3 is larger than the image 5×5")
    #expect(
      message { x, w in x.transposedConvolved(with: w, to: [9, 9]) }
        == "a window over 9×9 makes 7×7, not 5×5")
    #expect(
      message { x, w in x.transposedConvolved(with: w, to: [7, 7], groups: 3) }
        == "filters [4×4×3×3] in 3 groups do not fit images [1×4×5×5]")
    let numbers = "kernel, stride and dilation of a window must be ≥ 1, its padding ≥ 0"
    #expect(message { x, w in x.convolved(with: w, stride: [0, 1]) } == numbers)
    #expect(message { x, w in x.convolved(with: w, padding: [0, 0, -1, 0]) } == numbers)
    #expect(
      message { x, w in x.convolved(with: w, stride: [1]) }
        == "a window needs two numbers each for kernel, stride and dilation, and four for padding")
    #expect(
      message { x, _ in x.maxPooled(Window(height: 5, width: 5, kernel: [6, 1])) }
        == "a window of 6×1 is larger than the image 5×5")
    #expect(
      message { x, _ in x.averagePooled(Window(height: 6, width: 5, kernel: [2, 2])) }
        == "a window over 6×5 does not fit images [1×4×5×5]")
    #expect(
      message { x, _ in x.sum().maxPooled(Window(height: 1, width: 1, kernel: [1, 1])) }
        == "a pool takes images [n, c, h, w], not []")
  }

  @Test func variables() {
    #expect(
      mistake { Scope($0).update("mean", to: $0.constant(1)) }
        == "`mean` was updated before it was declared")
    #expect(
      mistake {
        _ = Scope($0).parameter("w", [2], initial: .constant(0))
        _ = Scope($0).parameter("w", [3], initial: .constant(0))
      } == "`w` is used with shape [3] and with [2]")
    #expect(
      mistake {
        let variable = try $0.variables.declare("w", [2], role: .weight, initial: .constant(0))
        $0.assign(variable, $0.constant(1))
      } == "`w` is [2] and was assigned []")
  }

  /// Makes two mistakes.
  private struct Wrong: Layer {
    static let manifest = Manifest("wrong", "a mistake")
    func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
      let first = x + x.recorder.constant([1, 2, 3, 4, 5], [5])
      return first.reshaped(to: [7])
    }
  }
  private struct Halved: Layer {
    static let manifest = Manifest("halved", "half of the columns")
    func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
      x.rank < 2 ? x : x.slice(axis: 1, 0..<x.shape[1] / 2)
    }
  }

  @Test func theFirstMistakeIsKeptWithItsPlaceAndTheShapesBefore() throws {
    let recorder = Recorder()
    let x = recorder.input("x", [2, 8])
    _ = try Scope(recorder).apply([Halved(), Halved(), Wrong().named("head"), Halved()], to: x)
    let failure = try #require(recorder.failure)
    #expect(failure.path == "head")
    #expect(failure.message == "add: shapes [2×2] and [5] do not fit")
    #expect("\(failure)" == "head: add: shapes [2×2] and [5] do not fit")
    #expect(failure.layers.map(\.path) == ["halved_1", "halved_2"])
    #expect(failure.layers.map(\.input) == [[2, 8], [2, 4]])
    #expect(failure.layers.map(\.output) == [[2, 4], [2, 2]])
    #expect(throws: RecordingFailure.self) { try recorder.finish() }
  }

  /// Whatever follows a mistake is recorded on a stand-in and does not trap.
  @Test func recordingGoesOnAfterAMistake() {
    let recorder = Recorder()
    let x = recorder.input("x", [2, 3]).reshaped(to: [-1, -1])
    let y = x.slice(starts: [5], sizes: [-4]).softmax().mean()
    _ = y.gradients(for: [x])
    #expect(recorder.failure?.message == "[2×3] has 6 elements and cannot become [-1×-1]")
  }
}
