import Acme
import Espalier
import Testing

@Suite struct BundleTests {
  /// No name is one of the framework's own.
  @Test func fitsBesideTheBuiltInOnes() throws {
    #expect(throws: Never.self) { try defaultCatalog(adding: [Acme.plugins]) }
    #expect(Acme.plugins.module == "Acme")
  }
}
