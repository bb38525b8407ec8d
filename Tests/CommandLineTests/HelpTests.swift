import Espalier
import Testing

@testable import EspalierCommandLine

@Suite struct HelpTests {
  private func expect(_ path: String..., is text: String) {
    let words = ["help"] + path
    let tool = CommandLineTool(name: "espalier", catalog: { .init() }, defaults: { .standard })
    let output = Recording()
    let error = Recording()
    #expect(tool.run(words, console: Console(output: output, error: error)) == 0)
    #expect(output.text == text)
    #expect(error.text == "")
  }

  @Test func program() {
    expect(
      is: """
        espalier: trains neural networks from a config

        usage: espalier COMMAND …

        commands:
          train              trains the network that a config describes
          resume             goes on with a run that was interrupted
          evaluate           measures a trained network on a split of its data, or on a file
          predict            applies a trained network to samples
          report             writes a page on a run, on several, or on a search
          crossvalidate      trains a config on folds of its data and tells mean and deviation
          compare            tells which of some runs is better, and in what their configs differ
          ensemble           joins runs to one that predicts, or trains runs to be joined
          export             writes a trained network for other tools
          search             trains a trial for each choice of values, and tells the best
          plan               shows layers, memory, kernels and callbacks of a run before it runs
          bench              times a config's training step, or the preparation of its data
          shift              tells whether test samples differ from training samples, and in what
          config check       tells what is wrong with a config
          config show        prints a config with every default filled in
          config schema      prints the JSON Schema of configs, with which editors check and
                             complete
          plugins list       lists what a config can name
          plugins show       tells all about a plugin: parameters, ranges, defaults, paper,
                             example
          plugins reference  writes the reference of all plugins as Markdown, or checks it
          build              makes a program that has the plugins of some packages
          new plugin         writes a plugin that works, its test and its page
          new project        writes a program of your own: plugins, tests, a config that trains
          explain            tells more about an error or a warning: E0112
          completions        prints what a shell needs to complete command lines
          version            tells the version
          help               tells about a command

        `espalier help COMMAND` tells about one of them.

        Exit status: 0 done; 1 the run failed; 2 the command line or the config is wrong;
        130 and 143 interrupted, with everything saved that the run needs to go on.

        """)
  }

  @Test func group() {
    expect(
      "plugins",
      is: """
        espalier plugins: tells what a config can name

        usage: espalier plugins COMMAND …

        commands:
          list       lists what a config can name
          show       tells all about a plugin: parameters, ranges, defaults, paper, example
          reference  writes the reference of all plugins as Markdown, or checks it

        `espalier help plugins COMMAND` tells about one of them.

        """)
  }

  @Test func train() {
    expect(
      "train",
      is: """
        espalier train: trains the network that a config describes

        usage: espalier train [CONFIG] [OPTIONS]

          CONFIG  the config of the run; - reads standard input

        options:
          --set PATH=VALUE  changes a value of the config: training.epochs=20 (may be repeated)
          --output DIR      the run's folder
          --force           replaces a run that is in the folder already
          --resume RUN      goes on with the run in this folder
          --threads N       threads that compute; 0 for one a core (x ≥ 0)
          --seed N          seed of all random numbers: training.seed (x ≥ 0)
          --epochs N        passes over the data: training.epochs (x ≥ 1)
          --progress STYLE  how the run's course is shown (auto, bar, plain, json, none)
          --json            prints the result as JSON
          --help, -h        prints this help

        The run's folder (runs/NAME-TIME unless --output names another) holds the config with every
        default filled in, weights, logs, checkpoints and the summary. Ctrl-C ends the step, saves, and
        tells how to go on; a second one ends at once. SIGUSR1 saves and goes on.

        examples:
          espalier train digits.yaml
          espalier train digits.yaml --set optimizer.adam.learning_rate=3e-4 --epochs 20
          espalier train --resume runs/digits-20260301-101500

        """)
  }

  @Test func predict() {
    expect(
      "predict",
      is: """
        espalier predict: applies a trained network to samples

        usage: espalier predict RUN --input FILE [OPTIONS]

          RUN  the run's folder, or an ensemble's

        options:
          --input FILE     the samples: a file, a folder of images; - reads standard input
          --output FILE    where predictions go; - is standard output (default -)
          --format FORMAT  how they are written (csv, jsonl; default csv)
          --threads N      threads that compute; 0 for one a core (x ≥ 0)
          --help, -h       prints this help

        Columns of the input are found by the names that they had in training; others are passed over,
        and the target may be missing. A row of the output belongs to the same row of the input. Of a
        folder of images, those in its folders too, each row begins with the file, sorted by name.

        examples:
          espalier predict runs/digits-20260301-101500 --input new.csv --output predictions.csv
          espalier predict runs/digits-20260301-101500 --input - --format jsonl < new.csv
          espalier predict runs/photos-20260301-101500 --input holiday

        """)
  }

  @Test func pluginsShow() {
    expect(
      "plugins", "show",
      is: """
        espalier plugins show: tells all about a plugin: parameters, ranges, defaults, paper, example

        usage: espalier plugins show NAME [OPTIONS]

          NAME  the plugin's name, or one of its other names, also as BUNDLE/NAME

        options:
          --kind KIND  which, where several kinds have the name
          --json       prints a list as JSON
          --help, -h   prints this help

        Where several bundles have a plugin of the name, all are shown; `acme/relu` is the one of the
        bundle acme.

        examples:
          espalier plugins show adam
          espalier plugins show l2 --kind regularizer

        """)
  }

  @Test func everyCommandHasHelpThatFits() throws {
    let help = Help(program: "espalier", root: Commands.root)
    for (path, _) in Commands.root.commands {
      let text = try #require(help.text(path))
      #expect(text.hasSuffix("\n"))
      for line in text.split(separator: "\n") {
        #expect(line.count <= 100, "\(line)")
        #expect(line.last != " ", "\(line)")
      }
      // Asked for in the three ways that there are.
      let words = path.joined(separator: " ")
      for line in ["help \(words)", "\(words) --help", "\(words) -h"] {
        let tool = CommandLineTool(name: "espalier", catalog: { .init() }, defaults: { .standard })
        let output = Recording()
        let status = tool.run(
          line.split(separator: " ").map(String.init),
          console: Console(output: output, error: Recording()))
        #expect(status == 0)
        #expect(output.text == text)
      }
    }
  }

  @Test func longNamesStandOnALineOfTheirOwn() {
    #expect(Help.wrapped("a bb ccc dddd", 6) == ["a bb", "ccc", "dddd"])
    #expect(Help.wrapped("", 6) == [""])
    #expect(Help.wrapped("abcdefghij k", 6) == ["abcdefghij", "k"])
  }
}
