import EspalierLayers
import EspalierProtocols
import Testing

@Suite struct SequentialTests {
  @Test func runsLayersInOrder() throws {
    let (shape, variables) = try record(Sequential([Dense(5), Dense(2)]), [3, 4])
    #expect(shape == [3, 2])
    #expect(variables["sequential_1.dense_1.weight"]?.shape == [5, 4])
    #expect(variables["sequential_1.dense_2.weight"]?.shape == [2, 5])
    try checkSlopes(Sequential([Dense(5, activation: Rectifier()), Dense(2)]), [3, 4])
  }

  @Test func anEmptyListIsRefused() {
    #expect(throws: PluginError.self) { try Sequential([]).validate() }
  }
}
