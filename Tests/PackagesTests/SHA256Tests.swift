import Testing

@testable import EspalierPackages

@Suite struct SHA256Tests {
  private func hash(_ text: String, cuts: [Int] = []) -> String {
    var hash = SHA256()
    var rest = Array(text.utf8)[...]
    for cut in cuts {
      hash.update(rest.prefix(cut))
      rest = rest.dropFirst(cut)
    }
    hash.update(rest)
    return hash.finish()
  }

  /// The examples of FIPS 180-4.
  @Test func examples() {
    #expect(
      hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      hash(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func portionsDoNotCount() {
    let text = String(repeating: "espalier ", count: 40)
    for cuts in [[1], [63, 1], [64], [10, 54, 100], [0, 5, 0]] {
      #expect(hash(text, cuts: cuts) == hash(text), "\(cuts)")
    }
  }

  @Test func partsKeepTheirBounds() {
    #expect(SHA256.hash("ab", "c") != SHA256.hash("a", "bc"))
    #expect(SHA256.hash("abc") != SHA256.hash("abc", ""))
  }
}
