import Foundation
import Testing

/// What is refused; that what is written works is shown by packages of their own (`Outside`).
@Suite struct NewTests {
  @Test(arguments: [
    ("backend", "mine", "error: a backend is no matter of one file: it runs every operation"),
    (
      "activation", "relu",
      "error: there is an activation `relu` already, in the bundle `activations`; choose another name"
    ),
    ("loss", "mae", "error: there is a loss `mae` already, in the bundle `losses`"),
    ("layers", "Adam", "error: `Adam` is the type of the optimizer `adam`; choose another name"),
    ("metric", "tensor", "error: `Tensor` is a type of Espalier; choose another, such as MyTensor"),
    ("metric", "a/b", "error: `a/b` is no name; begin with a letter"),
  ])
  func pluginThatCannotBe(_ kind: String, _ name: String, _ message: String) {
    let outcome = espalier("new", "plugin", kind, name)
    #expect(outcome.status == 1)
    #expect(outcome.error.hasPrefix(message), "\(outcome.error)")
    #expect(outcome.output == "")
  }

  @Test func kindThatIsNone() {
    let outcome = espalier("new", "plugin", "optimiser", "Mine")
    #expect(outcome.status == 2)
    #expect(outcome.error.contains("did you mean `optimizers`?"))
  }

  @Test(arguments: [
    (["espalier"], "error: `espalier` is the name of a module that the program imports"),
    (["a b"], "error: `a b` is no name"),
    (["acme", "--espalier", "/"], "error: --espalier: / is no checkout of Espalier"),
    (["acme", "--espalier", "https://host/e.git"], "error: `https://host/e.git` names no version"),
  ])
  func projectThatCannotBe(_ words: [String], _ message: String) {
    let outcome = espalier(all: ["new", "project"] + words)
    #expect(outcome.status == 1)
    #expect(outcome.error.hasPrefix(message), "\(outcome.error)")
    #expect(!FileManager.default.fileExists(atPath: words[0] + "/Package.swift"))
  }
}
