import EspalierCallbacks
import Testing

@Suite struct DisplayTests {
  @Test func bars() {
    #expect(bar(0, width: 4) == "    ")
    #expect(bar(0.5, width: 4) == "██  ")
    #expect(bar(0.53125, width: 4) == "██▏ ")
    #expect(bar(0.96875, width: 4) == "███▉")
    #expect(bar(1, width: 4) == "████")
    #expect(bar(7, width: 2) == "██")
    #expect(bar(.nan, width: 2) == "  ")
    #expect(bar(0.5, width: 0) == "")
    #expect(bar(0.5, width: 6, ascii: true) == "[##  ]")
    #expect(bar(0.5, width: 2, ascii: true) == "")
    for eighth in 0...40 { #expect(bar(Double(eighth) / 40, width: 5).count == 5) }
  }

  @Test func sparklines() {
    #expect(sparkline([8, 7, 6, 5, 4, 3, 2, 1], width: 8) == "█▇▆▅▄▃▂▁")
    #expect(sparkline([1, 1, 1], width: 8) == "▁▁▁")
    #expect(sparkline([9, 1, 2], width: 2) == "▁█")
    #expect(sparkline([1, .nan, 2, .infinity], width: 8) == "▁×█×")
    #expect(sparkline([.nan], width: 8) == "×")
    #expect(sparkline([], width: 8) == "")
    #expect(sparkline([1, 2, .nan], width: 8, ascii: true) == "_@x")
    #expect(sparkline([-1.7e308, 1.7e308, 0], width: 8) == "▁█▅")
  }

  @Test func durations() {
    #expect(duration(0) == "0 s")
    #expect(duration(0.0123) == "12 ms")
    #expect(duration(0.9999) == "1.0 s")
    #expect(duration(9.96) == "10 s")
    #expect(duration(59.4) == "59 s")
    #expect(duration(59.6) == "1:00")
    #expect(duration(185) == "3:05")
    #expect(duration(3727) == "1:02:07")
    #expect(duration(183_840) == "2 d 03:04")
    #expect(duration(.infinity) == "–")
    #expect(duration(-1) == "–")
  }

  @Test func numbers() {
    #expect(brief(0.421349) == "0.4213")
    #expect(brief(12.3456) == "12.35")
    #expect(brief(1.234e-5) == "1.23e-05")
    #expect(brief(0) == "0")
    #expect(brief(-.infinity) == "-inf")
    #expect(brief(.nan) == "nan")
    #expect(rateInWords(950) == "950")
    #expect(rateInWords(12_345) == "12.3k")
    #expect(rateInWords(4_560_000) == "4.56M")
    #expect(rateInWords(999_999) == "1M")
    #expect(rateInWords(123_456) == "123k")
    #expect(rateInWords(.nan) == "–")
  }

  @Test func linesFit() {
    let pieces = [
      DisplayPiece("title", .strong), DisplayPiece("rate", .faint, weight: 1),
      DisplayPiece("", weight: 5), DisplayPiece("loss", weight: 50),
    ]
    #expect(displayLine(pieces, width: 80, color: false) == "title  rate  loss")
    #expect(displayLine(pieces, width: 16, color: false) == "title  loss")
    #expect(displayLine(pieces, width: 5, color: false) == "title")
    #expect(displayLine(pieces, width: 3, color: false) == "tit")
    #expect(displayLine([], width: 3, color: false) == "")
    #expect(
      displayLine(pieces, width: 80, color: true)
        == "\u{1B}[1mtitle\u{1B}[0m  \u{1B}[2mrate\u{1B}[0m  loss")
  }

  private func terminal(_ isTTY: Bool, _ environment: [String: String]) -> Terminal {
    Terminal(isTTY: isTTY) { environment[$0] }
  }

  @Test func terminals() {
    let full = terminal(true, ["LANG": "en_US.UTF-8", "TERM": "xterm"])
    #expect(full.isLive && full.hasColor && !full.isASCII)
    #expect(!terminal(false, ["LANG": "C.UTF-8"]).isLive)
    #expect(!terminal(true, ["CI": "true"]).isLive)
    #expect(terminal(true, ["CI": ""]).isLive)
    #expect(!terminal(true, ["TERM": "dumb"]).isLive)
    let grey = terminal(true, ["NO_COLOR": "1", "LANG": "C.utf8"])
    #expect(grey.isLive && !grey.hasColor && !grey.isASCII)
    #expect(terminal(true, ["NO_COLOR": ""]).hasColor)
    #expect(terminal(true, [:]).isASCII)
    #expect(terminal(true, ["LANG": "en_US.UTF-8", "LC_ALL": "C"]).isASCII)
    #expect(!terminal(true, ["LANG": "C", "LC_ALL": "", "LC_CTYPE": "UTF-8"]).isASCII)
  }
}
