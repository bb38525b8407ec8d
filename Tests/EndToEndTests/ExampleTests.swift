import EspalierHost
import Testing

@Suite(.serialized) struct ExampleTests {
  @Test func digits() throws {
    let result = try train(project + "/Examples/digits.yaml")
    print(result.summary)
    #expect(result.metrics["test_accuracy"]! >= 0.96)
  }
}
