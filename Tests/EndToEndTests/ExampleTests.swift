import EspalierHost
import Testing

extension EndToEnd {
  @Suite struct ExampleTests {
    @Test func digits() throws {
      let result = try train(project + "/Examples/digits.yaml")
      #expect(result.metrics["test_accuracy"]! >= 0.96)
    }
  }
}
