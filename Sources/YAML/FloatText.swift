/// Writes a float so that every YAML parser reads the same number.
enum FloatText {
  /// The shortest text that reads back to the same number.
  ///
  /// A mantissa without a point gets one (`1.0e-05`): YAML 1.1 takes `1e-05` for text.
  static func text(of value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = value.description
    guard let mark = text.firstIndex(of: "e"), !text[..<mark].contains(".") else { return text }
    return text[..<mark] + ".0" + text[mark...]
  }
}
