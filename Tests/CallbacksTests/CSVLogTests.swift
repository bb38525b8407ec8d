import EspalierCallbacks
import EspalierProtocols
import Foundation
import Testing

@Suite struct CSVLogTests {
  @Test func writesARowAnEpoch() throws {
    try withFolder { folder in
      var callback = CSVLog()
      let run = FakeRun()
      run.folder = folder
      try run.send(.runStart, to: &callback)
      _ = try run.runEpoch(
        &callback, ["train_loss": 0.5, "validation_loss": .nan], secondsPerStep: 0.25)
      run.metrics = [:]
      _ = try run.runEpoch(&callback, ["validation_loss": -.infinity], secondsPerStep: 0.5)
      #expect(
        try contents(folder + "/history.csv") == """
          epoch,step,learning_rate,train_loss,validation_loss,seconds
          1,4,0.1,0.5,nan,1
          2,8,0.1,,-inf,2

          """)
    }
  }

  @Test func aResumedRunDropsLaterRowsAndKeepsOldColumns() throws {
    try withFolder { folder in
      let path = folder + "/history.csv"
      try """
      epoch,step,learning_rate,train_loss,"old, metric",seconds
      1,4,0.1,0.5,7,1
      2,8,0.1,0.4,8,1
      3,12,0.1,0.3,9,1
      4,16,0.1,0.
      """.write(toFile: path, atomically: true, encoding: .utf8)
      var callback = CSVLog()
      let run = FakeRun()
      run.folder = folder
      run.epoch = 3
      run.step = 8
      try run.send(.runStart, to: &callback)
      _ = try run.runEpoch(&callback, ["train_loss": 0.25, "validation_loss": 2])
      #expect(
        try contents(path) == """
          epoch,step,learning_rate,train_loss,validation_loss,seconds,"old, metric"
          1,4,0.1,0.5,,1,7
          2,8,0.1,0.4,,1,8
          3,12,0.1,0.25,2,0,

          """)
    }
  }

  @Test func namesWithQuotesComeBack() throws {
    try withFolder { folder in
      let columns = ["a \"quoted\", name", "\"\"", "plain"]
      for resumes in [false, true] {
        var callback = CSVLog()
        let run = FakeRun(columns: columns)
        run.folder = folder
        run.step = resumes ? 4 : 0
        run.epoch = resumes ? 2 : 1
        try run.send(.runStart, to: &callback)
        _ = try run.runEpoch(&callback, [columns[0]: 1, columns[1]: 2, "plain": 3])
      }
      let lines = try contents(folder + "/history.csv").split(separator: "\n")
      #expect(
        lines == [
          #"epoch,step,learning_rate,"a ""quoted"", name","""""",plain,seconds"#,
          "1,4,0.1,1,2,3,0", "2,8,0.1,1,2,3,0",
        ])
    }
  }

  @Test func aRunWithoutAFolderHasNoLog() throws {
    var callback = CSVLog()
    let run = FakeRun()
    try run.send(.runStart, to: &callback)
    #expect(try run.runEpoch(&callback, ["train_loss": 0.5]) == .proceed)
  }
}
