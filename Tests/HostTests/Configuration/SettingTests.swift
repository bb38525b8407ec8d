import EspalierHost
import EspalierProtocols
import Testing

@Suite struct SettingTests {
  @Test func valuesOfSections() throws {
    let run = try load(
      needed, ["training.epochs=3", "training.shuffle=true", "data.split.validation=.5", "name=x"])
    #expect(run.training.epochs == 3 && run.data.split.validation == 0.5 && run.name == "x")
    #expect(try load(needed, ["training={epochs: 2, seed: 5}"]).training.seed == 5)
  }

  @Test func theLastWins() throws {
    #expect(try load(needed, ["training.epochs=3", "training.epochs=4"]).training.epochs == 4)
    let run = try load(
      needed + "training: {epochs: '${env:E:-7}'}", ["training.epochs=4"], environment: ["E": "6"])
    #expect(run.training.epochs == 4)
  }

  @Test(arguments: [
    "optimizer.adam.learning_rate=0.5", "optimizer.learning_rate=0.5",
    "optimizer={adam: {learning_rate: 0.5}}",
    "optimizer.adam={learning_rate: 0.5}", "optimizer.adam.learning_rate=5e-1",
  ])
  func optionsOfPlugins(_ set: String) throws {
    #expect((try load(needed, [set]).optimizer as? TestAdam)?.learningRate == 0.5)
  }

  @Test func otherPlugins() throws {
    #expect(try load(needed, ["optimizer=sgd"]).optimizer is TestSGD)
    #expect(try load(needed, ["optimizer=sgd", "optimizer.momentum=0.9"]).optimizer is TestSGD)
    let run = try load(needed, ["schedule.cosine.floor=0.1"])
    #expect((run.schedule as? TestCosine)?.floor == 0.1)
    #expect(try load(needed, ["metrics=[accuracy, {f1: {average: micro}}]"]).metrics.count == 2)
    #expect(try load(needed, ["metrics[0]=accuracy", "metrics[1]=f1"]).metrics.count == 2)
    #expect(try load(needed, ["backend=cpu", "backend="]).backend == nil)
  }

  @Test func elementsOfLists() throws {
    let run = try load(
      needed, ["model[0].dense.units=5", "model[1].units=6", "model[1].name=head"])
    #expect((run.model[0] as? TestDense)?.units == 5)
    #expect(((run.model[1] as? Named)?.layer as? TestDense)?.units == 6)
    let named = try load(
      needed, ["model[1].name=head", "model.head.units=7", "model.head.dense.bias=false"])
    let head = try #require((named.model[1] as? Named)?.layer as? TestDense)
    #expect(head.units == 7 && !head.bias)
    let callbacks = try load(
      needed + "callbacks: [early_stopping, {flooding: {level: 0.1}}]",
      ["callbacks.early_stopping.patience=3", "callbacks.flooding.level=0.2"])
    #expect((callbacks.callbacks[0] as? TestEarlyStopping)?.patience == 3)
    #expect((callbacks.callbacks[1] as? TestFlooding)?.level == 0.2)
  }

  @Test func partsOfValues() throws {
    let run = try load(
      needed + "x-a: 1\n",
      [
        "loss.class_weights.cat=2", "model[0]={conv2d: {channels: 2, kernel: [3, 3]}}",
        "model[0].kernel[1]=5",
      ])
    #expect((run.loss as? TestCrossEntropy)?.classWeights == ["cat": 2])
    #expect((run.model[0] as? TestConv)?.kernel == [3, 5])
  }

  @Test func nestedPlugins() throws {
    let run = try load(
      needed, ["model[0].activation=leaky_relu", "model[0].activation.slope=0.3"])
    #expect(((run.model[0] as? TestDense)?.activation as? TestLeakyReLU)?.slope == 0.3)
  }

  @Test func placesAreInTheArgument() {
    let found = problems(needed, ["training.epochs=3", "training.batch_size={a: 1}"])
    #expect(found.first?.place?.description == "--set:2:21")
    #expect(found.first?.place?.excerpt == "training.batch_size={a: 1}")
    #expect(found.first?.origin == ["set by --set training.batch_size"])
  }
}
