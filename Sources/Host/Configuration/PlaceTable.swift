/// Where the parts of a config were written, by their paths.
struct PlaceTable: Sendable {
  struct Entry: Sendable {
    let place: ConfigPlace
    let origin: [String]
  }
  private var entries: [String: Entry] = [:]

  mutating func note(_ path: String, _ place: ConfigPlace, _ origin: [String]) {
    entries[path] = Entry(place: place, origin: origin)
  }

  subscript(path: String) -> Entry? { entries[path] }

  /// The entry of a path, or of the nearest one around it.
  func nearest(_ path: String) -> Entry? {
    var path = Substring(path)
    while !path.isEmpty {
      if let entry = entries[String(path)] { return entry }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
      path = path[..<cut]
    }
    return nil
  }
}
