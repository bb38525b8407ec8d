import EspalierHost
import EspalierProtocols
import Testing

@Suite struct LoadingTests {
  @Test func everythingHasADefault() throws {
    let run = try load(needed)
    #expect(run.name == "main")
    #expect(run.folder == ".")
    #expect(run.training.epochs == 10 && run.training.batchSize == 32)
    #expect(run.data.split.validation == 0.2 && run.data.split.stratify == nil)
    #expect(run.model.count == 2 && run.metrics.isEmpty && run.schedule == nil)
    #expect(run.loss.pluginName == "cross_entropy")
    #expect((run.optimizer as? TestAdam)?.learningRate == 0.001)
    #expect(((run.model[0] as? TestDense)?.activation as? TestReLU) != nil)
    #expect((run.data.source as? TestCSV)?.target == ["label"])
  }

  @Test func allFormsOfPlugins() throws {
    let run = try load(
      """
      name: no
      data:
        source:
          csv:
            path: 2024
            target: [a, 007]
        normalize: standardize
        project: [{pca: {components: 4}}]
        target_normalize: min_max
      model:
        - dense:
            units: 8
            activation: {leaky_relu: {slope: 0.2}}
            name: first
        - relu
        - swish: {name: second}
        - residual: {layers: [dense: {units: 8}, relu], activation: null}
        - residual: {layers: flatten}
      loss: {cross_entropy: {class_weights: {cat: 2}}}
      optimizer: [adam]
      schedule: {warmup: {steps: 100, then: cosine}}
      metrics: accuracy
      backend: cpu
      callbacks:
        - early_stopping:
      """)
    #expect(run.name == "no")
    let source = try #require(run.data.source as? TestCSV)
    #expect(source.path.text == "2024" && source.target == ["a", "007"])
    #expect(run.data.normalize.count == 1 && run.data.project.count == 1)
    #expect(run.data.targetNormalize is TestMinMax)
    #expect((run.model[0] as? Named)?.name == "first")
    #expect(run.model[1] is ActivationLayer)
    #expect((run.model[2] as? Named)?.layer is ActivationLayer)
    #expect((run.model[3] as? TestResidual)?.layers.count == 2)
    #expect((run.model[3] as? TestResidual)?.activation == nil)
    #expect((run.model[4] as? TestResidual)?.activation is TestReLU)
    #expect((run.loss as? TestCrossEntropy)?.classWeights == ["cat": 2])
    #expect((run.schedule as? TestWarmup)?.then is TestCosine)
    #expect(run.metrics.count == 1 && run.callbacks.count == 1 && run.backend is TestBackend)
  }

  @Test func pluginsAreValuesOfTheirOwn() throws {
    let run = try load(needed)
    var copy = run
    copy.training.epochs = 99
    #expect(run.training.epochs == 10)
    #expect(try load(needed).training.epochs == 10)
  }

  @Test func includesAreMergedBelow() throws {
    let files = [
      "runs/main.yaml": """
      include: [../parts/data.yaml, parts/model.yaml]
      optimizer: {sgd: {momentum: 0.5}}
      training: {epochs: 3}
      metrics: [f1]
      loss: {cross_entropy: {class_weights: {b: 3}}}
      """,
      "parts/data.yaml": """
      data: {source: {csv: {path: tables/a.csv, target: y}}, split: {validation: 0.1, test: 0.1}}
      training: {epochs: 100, batch_size: 16}
      metrics: [accuracy, f1]
      optimizer: {sgd: {momentum: 0.9, nesterov: true}}
      """,
      "runs/parts/model.yaml": """
      include: more/loss.yaml
      model: [{dense: {units: 10}}]
      training: {batch_size: 8}
      optimizer: adam
      """,
      "runs/parts/more/loss.yaml": "loss: {cross_entropy: {class_weights: {a: 2}}}",
    ]
    let run = try load(files, path: "runs/main.yaml")
    #expect(run.training.epochs == 3 && run.training.batchSize == 8)
    #expect(run.metrics.count == 1 && run.data.split.test == 0.1)
    // Another plugin's options are no base for this one's.
    #expect((run.optimizer as? TestSGD)?.momentum == 0.5)
    #expect((run.optimizer as? TestSGD)?.nesterov == false)
    #expect((run.loss as? TestCrossEntropy)?.classWeights == ["a": 2, "b": 3])
    // Paths are relative to the file that they stand in, and told relative to the main one.
    #expect((run.data.source as? TestCSV)?.path.text == "../parts/tables/a.csv")
    #expect(run.folder == "runs")
    #expect(run.place(ofPath: "data.split.test")?.file == "parts/data.yaml")
  }

  @Test func optionsOfTheSamePluginAreMerged() throws {
    let files = [
      "main.yaml": "include: base.yaml\noptimizer: {sgd: {momentum: 0.5}}",
      "base.yaml": needed + "x-a: 1\n",
    ].merging([
      "base.yaml": needed.replacing(
        "{adam: {learning_rate: 1e-3}}", with: "{sgd: {nesterov: true}}")
    ]) { $1 }
    let sgd = try #require(try load(files).optimizer as? TestSGD)
    #expect(sgd.nesterov && sgd.momentum == 0.5)
  }

  @Test func anchorsAndMergeKeys() throws {
    let run = try load(
      """
      x-common: &common {batch_size: 8, seed: 3}
      training: {<<: *common, seed: 4}

      """ + needed)
    #expect(run.training.batchSize == 8 && run.training.seed == 4)
  }

  @Test func theEnvironment() throws {
    let text = """
      name: a-${env:USER:-nobody}-$${x}-$5
      training:
        epochs: ${env:EPOCHS}
        batch_size: "${env:BATCH:-64}"
        shuffle: ${env:SHUFFLE:-true}
        seed: ${env:EMPTY:-7}
      output: ${env:FOLDER}/runs

      """
    let run = try load(
      text + needed, environment: ["EPOCHS": "3", "FOLDER": "/tmp", "EMPTY": ""])
    #expect(run.name == "a-nobody-${x}-$5")
    #expect(run.training.epochs == 3 && run.training.batchSize == 64 && run.training.seed == 7)
    #expect(run.output == "/tmp/runs")
  }

  @Test func jsonIsAConfig() throws {
    let run = try load(
      """
      {"data": {"source": "synthetic"}, "model": [{"dense": {"units": 10}}],
       "loss": "cross_entropy", "optimizer": {"adam": {"learning_rate": 1e-2}}}
      """)
    #expect(
      run.optimizer.learningRate == 0.01 || (run.optimizer as? TestAdam)?.learningRate == 0.01)
  }

  @Test func placesOfParts() throws {
    let run = try load(
      """
      data: {source: synthetic}
      model:
        - dense: {units: 8}
        - residual:
            layers:
              - dense: {units: 8}
              - dense: {units: 4, name: inner}
        - dense:
            units: 10
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 1e-3}}
      """)
    #expect(run.place(ofLayer: "dense_1")?.line == 3)
    #expect(run.place(ofLayer: "dense_2")?.line == 8)
    #expect(run.place(ofLayer: "residual_1.inner")?.line == 7)
    #expect(run.place(ofLayer: "residual_1.unheard")?.line == 4)
    #expect(run.place(ofLayer: "flatten_1") == nil)
    #expect(run.place(ofPath: "model[2].dense.units")?.line == 9)
    #expect(run.place(ofPath: "optimizer.learning_rate")?.column == 35)
    #expect(run.place(ofPath: "optimizer.adam.beta1")?.column == 13)
    #expect(run.place(ofPath: "training.epochs") == nil)
    let problem = run.diagnostic(.refused, "does not fit", atPath: "model[1]")
    #expect(problem.oneLine == "main.yaml:4:5: error[E0137]: does not fit")
  }

  @Test func filesOfTheSystem() {
    let missing = #expect(throws: ConfigurationProblems.self) {
      try ConfigurationLoader.load(path: "/nowhere/a.yaml", catalog: testCatalog)
    }
    #expect(missing?.diagnostics.map(\.code) == [.unreadableFile])
    #expect(missing?.description.contains("there is no such file") == true)
    let folder = #expect(throws: ConfigurationProblems.self) {
      try ConfigurationLoader.load(path: "/tmp", catalog: testCatalog)
    }
    #expect(folder?.description.contains("it is a folder") == true)
  }
}
