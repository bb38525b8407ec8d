import Espalier
import Testing

extension EndToEnd {
  /// What cannot be in configs of accumulation, freezing, averages, finders and optimizers on numbers, with
  /// its place.
  @Suite struct StepMistakeTests {
    /// What is found, as `line:column: code: message`.
    private func findings(callbacks: String, optimizer: String = "sgd") throws -> [String] {
      let text = """
        data: {source: {synthetic: {kind: blobs, classes: 3, samples: 60}}}
        model: [{dense: {units: 8, activation: tanh}}, {dense: {units: 3}}]
        loss: cross_entropy
        optimizer: \(optimizer)
        callbacks: [\(callbacks)]
        training: {epochs: 3}
        """
      let loader = ConfigurationLoader(
        catalog: try builtIn.get(), files: ["a.yaml": Array(text.utf8)])
      var options = TrainingOptions()
      options.writesFolder = false
      do {
        _ = try Training.run(
          loader.load("a.yaml"), catalog: builtIn.get(), defaults: quiet, options: options)
        return []
      } catch let problems as ConfigurationProblems {
        return problems.diagnostics.map(\.oneLine)
      } catch let failure as RunFailure {
        return [failure.diagnostic?.oneLine ?? "\(failure)"]
      }
    }

    static let callbacks = [
      ("{gradient_accumulation: {}}", "a.yaml:5:14: error[E0123]"),
      ("{gradient_accumulation: {steps: 0}}", "a.yaml:5:45: error[E0122]"),
      ("{freeze: {parameters: [dense_9]}}", "a.yaml:5:23: error[E0204]: freeze: `dense_9` fits no"),
      ("{freeze: {parameters: []}}", "a.yaml:5:23: error[E0137]"),
      (
        "{freeze: {parameters: [dense_1], from: 3, until: 2}}",
        "a.yaml:5:62: error[E0137]: freeze: `until` must not be before `from`, 3"
      ),
      (
        "{freeze: {parameters: ['*'], from: 2}}",
        "a.yaml:5:14: error[E0204]: freeze: no parameter is left to train in epoch 2"
      ),
      ("{unfreeze: {parameters: [dense_1], epoch: 1}}", "a.yaml:5:55: error[E0122]"),
      ("{swa: {after: 1}}", "a.yaml:5:27: error[E0122]"),
      ("{swa: {from: 0}}", "a.yaml:5:26: error[E0122]"),
      (
        "{learning_rate_finder: {from: 1, to: 0.1}}",
        "a.yaml:5:43: error[E0137]: learning_rate_finder: `from` must be less than `to`, 0.1"
      ),
      (
        "{learning_rate_finder: {from: 1e-30, to: 1e-29, steps: 5, apply: true}}",
        "no rate from 1e-30 to 1e-29 lowers the loss"
      ),
    ]

    @Test(arguments: callbacks) func ofCallbacks(_ text: String, _ expected: String) throws {
      let found = try findings(callbacks: text)
      #expect(found.count == 1 && found[0].contains(expected), "\(found)")
    }

    static let optimizers = [
      ("{lbfgs: {history: 0}}", "", "a.yaml:4:30: error[E0122]"),
      ("{lbfgs: {line_search: armijo}}", "", "a.yaml:4:34: error[E0121]"),
      (
        "{newton: {max_parameters: 10}}", "",
        "a.yaml:4:38: error[E0204]: newton: the model has 51 parameters"
      ),
      (
        "lbfgs", "{gradient_clipping: {norm: 1}}",
        "a.yaml:5:14: error[E0204]: gradient_clipping: it changes gradients, but lbfgs"
      ),
      (
        "lbfgs", "lr_monitor, {gradient_accumulation: {steps: 2}}",
        "a.yaml:5:26: error[E0204]: gradient_accumulation: it adds up gradients"
      ),
      (
        "{parameter_groups: {groups: [lbfgs]}}", "",
        "a.yaml:4:13: error[E0204]: parameter_groups: lbfgs asks for losses at points"
      ),
    ]

    @Test(arguments: optimizers)
    func ofOptimizers(_ optimizer: String, _ callbacks: String, _ expected: String) throws {
      let found = try findings(callbacks: callbacks, optimizer: optimizer)
      #expect(found.count == 1 && found[0].contains(expected), "\(found)")
    }

    @Test func nothingIsWrong() throws {
      #expect(try findings(callbacks: "{gradient_accumulation: {steps: 2}}, {swa: {}}").isEmpty)
      #expect(try findings(callbacks: "", optimizer: "{lbfgs: {max_iterations: 2}}").isEmpty)
    }
  }
}
