import Testing

@testable import EspalierReports

@Suite struct NodeTests {
  @Test func textAndAttributesAreEscaped() {
    let hostile = "</title><script>alert(\"1\")</script> & 'x'"
    let node = Node("p", ["title": .text(hostile)]) { hostile }
    let escaped =
      "&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;"
    #expect(node.html == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test func whatHTMLDoesNotAllowIsReplaced() {
    let text = "a\u{0}b\u{1B}[31mc\u{202E}d\u{FFFE}e\tf\ng\u{85}h"
    #expect(Node.text(text).html == "a\u{FFFD}b\u{FFFD}[31mc\u{FFFD}d\u{FFFD}e\tf\ng\u{FFFD}h")
  }

  @Test func elementsNestAndVoidOnesHaveNoEnd() {
    let node = Node("ul") {
      for word in ["a", "b"] { Node("li") { word } }
      Node("br")
      if Bool(false) { Node("li") { "never" } }
    }
    #expect(node.html == "<ul><li>a</li><li>b</li><br></ul>")
    #expect(Node("html") { "x" }.page == "<!DOCTYPE html>\n<html>x</html>\n")
  }

  @Test func numbersOfPicturesAreShort() {
    #expect(
      Node("rect", ["x": 12.04, "y": .number(-0.25), "width": 7, "height": .number(.infinity)]).html
        == "<rect x=\"12\" y=\"-0.3\" width=\"7\" height=\"0\"></rect>")
  }
}
