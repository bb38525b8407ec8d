import EspalierPackages
import Foundation
import Testing

@Suite struct ToolchainTests {
  @Test func runsAndCollectsOutput() throws {
    let toolchain = try Toolchain(environment: ProcessInfo.processInfo.environment)
    var lines: [String] = []
    let outcome = try toolchain.run(["--version"], in: "/") { lines.append($0) }
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Swift version"))
    #expect(lines.contains { $0.contains("Swift version") })
  }

  @Test func saysWhenThereIsNone() {
    #expect(throws: PackageProblem.self) { try Toolchain(environment: ["PATH": "/nowhere"]) }
  }
}
