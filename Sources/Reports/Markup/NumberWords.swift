import EspalierProtocols
import Foundation

/// Numbers as a reader wants them.
enum NumberWords {
  /// Four significant digits: `0.1312`, `98.61`, `1.5e-05`.
  static func brief(_ value: Double) -> String {
    if value.isNaN { return "not a number" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    if value == value.rounded(), abs(value) < 1e6 { return minus("\(Int(value))") }
    if abs(value) >= 1e6 || abs(value) < 1e-4 { return minus(trimmed(digits(value, "%.3e"))) }
    return minus(digits(value, "%.4g"))
  }

  /// `98.6 %`
  static func percent(_ share: Double) -> String {
    share.isFinite ? brief((share * 1000).rounded() / 10) + " %" : brief(share)
  }

  /// Whole numbers in groups of three: `1 437 120`.
  static func count(_ number: Int) -> String {
    var text = ""
    for (place, digit) in "\(number.magnitude)".reversed().enumerated() {
      if place > 0, place % 3 == 0 { text.append("\u{202F}") }
      text.append(digit)
    }
    return (number < 0 ? "−" : "") + String(text.reversed())
  }

  /// `1 sample`, `12 samples`
  static func count(_ number: Int, _ noun: String) -> String {
    count(number) + " " + noun + (number == 1 ? "" : "s")
  }

  /// `85 ms`, `12.3 s`, `4 min 10 s`, `2 h 5 min`
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return brief(seconds) + " s" }
    if seconds < 1 { return brief((seconds * 1000).rounded()) + " ms" }
    if seconds < 60 { return brief((seconds * 10).rounded() / 10) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// A tick's number, with as many decimals as its step needs.
  static func tick(_ value: Double, step: Double) -> String {
    if value == 0 { return "0" }
    if abs(value) >= 1e4 || (step > 0 && step < 1e-4) {
      if abs(value) >= 1e4, abs(value) < 1e6, step >= 100 {
        return minus(digits(value / 1000, "%.5g")) + "k"
      }
      if abs(value) >= 1e6, abs(value) < 1e9, step >= 1e5 {
        return minus(digits(value / 1e6, "%.5g")) + "M"
      }
      return minus(trimmed(digits(value, "%.2e")))
    }
    let decimals = step >= 1 || step <= 0 ? 0 : Int((-log10(step) - 1e-9).rounded(.up))
    return minus(digits(value, "%.\(min(decimals, 6))f"))
  }

  /// A decade's number: `1e-3` beyond what is easily read.
  static func logarithmicTick(_ value: Double) -> String {
    if value >= 1e-2, value < 1e4 { return digits(value, "%.4g") }
    return trimmed(digits(value, "%.0e"))
  }

  /// A value of a config as it would be written there.
  static func setting(_ value: ConfigValue) -> String { value.description }

  private static func digits(_ value: Double, _ format: String) -> String {
    String(format: format, value)
  }

  /// `1.500e-05` → `1.5e-5`
  private static func trimmed(_ text: String) -> String {
    guard let place = text.firstIndex(of: "e"), let power = Int(text[text.index(after: place)...])
    else { return text }
    var head = String(text[..<place])
    if head.contains(".") {
      while head.hasSuffix("0") { head.removeLast() }
      if head.hasSuffix(".") { head.removeLast() }
    }
    return head + "e\(power)"
  }

  private static func minus(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }
}
