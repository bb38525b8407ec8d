import EspalierYAML
import Testing
@Test func placeholder() { _ = Placeholder.self }
