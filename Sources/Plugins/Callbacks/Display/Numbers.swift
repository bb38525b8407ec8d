import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A number as C's `printf` writes it.
private func printed(_ format: String, _ value: Double) -> String {
  var buffer = [CChar](repeating: 0, count: 64)
  let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
  return String(
    decoding: buffer.prefix(Int(max(0, count))).map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The shortest decimal that reads back to the same number.
func shortest(_ value: Double) -> String { ConfigValue.format(value) }

/// A number in four significant digits: `0.4213`, `12.35`, `1.2e-05`.
package func brief(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  return printed(value != 0 && abs(value) < 1e-3 ? "%.3g" : "%.4g", value)
}

/// A count with a unit of thousands: `950`, `12.3k`, `4.56M`.
package func rateInWords(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  for (limit, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= limit * 0.9995 {
    return printed(value >= limit * 99.95 ? "%.0f" : "%.3g", value / limit) + letter
  }
  return printed(value >= 99.95 ? "%.0f" : "%.3g", value)
}

/// A span of time: `0.4 s`, `12 s`, `3:05`, `1:02:07`, `2 d 03:04`.
package func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 1e15 else { return "–" }
  if seconds < 0.001 { return seconds == 0 ? "0 s" : "<1 ms" }
  if seconds < 0.9995 { return printed("%.0f ms", seconds * 1000) }
  if seconds < 9.95 { return printed("%.1f s", seconds) }
  if seconds < 59.5 { return printed("%.0f s", seconds) }
  let whole = Int(seconds.rounded())
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
  if minutes < 60 { return "\(minutes):\(two(rest))" }
  let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
  if hours < 24 { return "\(hours):\(two(minute)):\(two(rest))" }
  return "\(hours / 24) d \(two(hours % 24)):\(two(minute))"
}
