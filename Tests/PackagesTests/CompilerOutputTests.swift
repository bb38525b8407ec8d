import Testing

@testable import EspalierPackages

@Suite struct CompilerOutputTests {
  static let output = """
    Building for production...
    [1/5] Write sources
    [3/5] Compiling Acme Cube.swift
    /p/Sources/Acme/Cube.swift:7:49: error: cannot find 'y' in scope
     5 |   static let manifest = Manifest("cube", "x³")
     6 |   @Parameter("factor") var scale: Float = 1
     7 |   func callAsFunction(_ x: Tensor) -> Tensor { y * x }
       |                                                 `- error: cannot find 'y' in scope
     8 | }
    /p/Sources/Acme/Cube.swift:2:1: warning: unused
     2 | let a = 1
    error: emit-module command failed with exit code 1 (use -v to see invocation)
    /p/Sources/Acme/Cube.swift:7:49: error: cannot find 'y' in scope
     7 |   func callAsFunction(_ x: Tensor) -> Tensor { y * x }
    [4/5] Compiling Espalier
    """

  @Test func errorsWithTheirExcerpts() {
    #expect(
      CompilerOutput(Self.output).errors() == """
        /p/Sources/Acme/Cube.swift:7:49: error: cannot find 'y' in scope
         5 |   static let manifest = Manifest("cube", "x³")
         6 |   @Parameter("factor") var scale: Float = 1
         7 |   func callAsFunction(_ x: Tensor) -> Tensor { y * x }
           |                                                 `- error: cannot find 'y' in scope
         8 | }
        """)
  }

  @Test func manyAreCounted() {
    let text = (1...12).map { "/p/a.swift:\($0):1: error: no \($0)" }.joined(separator: "\n")
    let errors = CompilerOutput(text).errors(atMost: 10)
    #expect(errors?.contains("error: no 10") == true)
    #expect(errors?.hasSuffix("… and 2 more errors") == true)
  }

  @Test func plainErrors() {
    let text = "Fetching x\nerror: could not find a package\nwarning: nothing\n"
    #expect(CompilerOutput(text).errors() == "error: could not find a package")
    #expect(CompilerOutput("Build complete!\n").errors() == nil)
  }

  @Test func missingBundles() {
    let text = """
      /k/Sources/EspalierWithAcme/main.swift:6:8: error: module 'Acme' has no member named 'plugins'
      /k/Sources/EspalierWithAcme/main.swift:7:8: error: type 'Other' has no member 'plugins'
      """
    let said = CompilerOutput(text)
    #expect(said.modulesWithout("plugins") == ["Acme"])
    #expect(said.modulesHiding("plugins") == ["Other"])
  }
}
