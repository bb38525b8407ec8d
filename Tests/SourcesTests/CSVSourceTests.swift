import EspalierProtocols
import EspalierSources
import Testing

@Suite struct CSVSourceTests {
  private func open(
    _ text: String, expected: DataDescription? = nil, needsTargets: Bool = true,
    _ change: (inout CSVSource) -> Void = { _ in }
  ) throws -> any Dataset {
    try withFile(text) { context in
      var source = CSVSource("table.csv")
      change(&source)
      return try source.open(
        SourceContext(folder: context.folder, expected: expected, needsTargets: needsTargets))
    }
  }
  private func refusal(
    _ text: String, expected: DataDescription? = nil, needsTargets: Bool = true,
    _ change: (inout CSVSource) -> Void = { _ in }
  ) -> String {
    complaint {
      _ = try open(text, expected: expected, needsTargets: needsTargets, change)
    }
  }

  @Test func classesOfText() throws {
    let data = try open("a,b,kind\n1,2,dog\n3,4,cat\n5,6,dog\n")
    #expect(data.count == 3)
    #expect(data.description.sampleShape == [2])
    #expect(data.description.featureNames == ["a", "b"])
    #expect(data.description.target == .classes(["cat", "dog"]))
    let (features, targets) = try data.samples([2, 0])
    #expect(features == [5, 6, 1, 2] && targets == [1, 1])
    #expect(try data.allTargets() == [1, 0, 1])
  }

  @Test func theTaskFollowsTheTarget() throws {
    func target(_ values: [String], _ task: TargetTask = .auto) throws -> TargetDescription {
      try open("x,y\n" + values.map { "1,\($0)\n" }.joined()) { $0.task = task }.description.target
    }
    #expect(try target(["0", "10", "2", "0", "10", "2"]) == .classes(["0", "2", "10"]))
    #expect(try target(["-1", "1.0", "1"]) == .classes(["-1", "1"]))
    #expect(try target(["0.5", "1", "1"]) == .values(["y"]))
    #expect(try target((0..<100).map(String.init)) == .values(["y"]))
    #expect(try target(["0", "1", "1"], .regression) == .values(["y"]))
    #expect(try target(["0.5", "1.5"], .classification) == .classes(["0.5", "1.5"]))
    #expect(try target(["b", "1", "a"]) == .classes(["1", "a", "b"]))
    #expect(complaint { _ = try target(["1", "b"], .regression) }.contains("line 3, column `y`"))
  }

  @Test func groups() throws {
    func open(
      _ text: String, _ group: String, expected: DataDescription? = nil,
      _ change: (inout CSVSource) -> Void = { _ in }
    ) throws -> any Dataset {
      try withFile(text) { context in
        var source = CSVSource("table.csv")
        change(&source)
        return try source.open(
          SourceContext(
            folder: context.folder, expected: expected, needsTargets: expected == nil, group: group)
        )
      }
    }
    let text = "who,a,kind\nann, 1,x\nbob,2,y\nann,3,x\n 7 ,4,y\n7,5,x\n"
    let data = try open(text, "who")
    #expect(try data.allGroups() == [0, 1, 0, 2, 2])
    #expect(data.description.featureNames == ["a"])
    // By number; and a column that is named as a feature stays one.
    let kept = try open("g,a,y\n1,5,x\n1,6,y\n2,7,x\n", "0") { $0.features = ["g", "a"] }
    #expect(try kept.allGroups() == [0, 0, 1])
    #expect(kept.description.featureNames == ["g", "a"])
    // Nobody asked.
    #expect(
      try withFile(text) { try CSVSource("table.csv", ignore: ["who"]).open($0).allGroups() } == nil
    )
    // The last column is no target for being last.
    let last = try open("a,kind,who\n1,x,p\n2,y,q\n", "who")
    #expect(last.description.target == .classes(["x", "y"]))
    // To predict for, nobody needs groups, nor the column.
    let expected = data.description
    #expect(try open("a\n1\n", "who", expected: expected).allGroups() == nil)
    #expect(try open("who,a\n,1\n", "who", expected: expected).count == 1)
    #expect(complaint { _ = try open(text, "whom") }.contains("no column `whom` that could group"))
    #expect(
      complaint { _ = try open("who,a,y\nann,1,x\n,2,y\n", "who") }.contains("line 3, column `who`")
    )
    #expect(
      complaint { _ = try open(text, "kind") { $0.target = ["kind"] } }.contains("cannot group"))
  }

  @Test func columnsByNameAndNumber() throws {
    let text = "id,a,b,y\n7,1,2,0.5\n8,3,4,1.5\n"
    func names(_ change: (inout CSVSource) -> Void) throws -> [String] {
      let data = try open(text) {
        $0.task = .regression
        change(&$0)
      }
      return data.description.featureNames + ["|"] + data.description.target.names
    }
    #expect(try names { $0.ignore = ["id"] } == ["a", "b", "|", "y"])
    #expect(try names { $0.ignore = ["0", "-1"] } == ["a", "|", "b"])
    #expect(try names { $0.target = ["a"] } == ["id", "b", "y", "|", "a"])
    #expect(try names { $0.target = ["1"] } == ["id", "b", "y", "|", "a"])
    #expect(try names { $0.features = ["b", "a"] } == ["b", "a", "|", "y"])
    let two = try open(text) {
      $0.target = ["a", "y"]
      $0.ignore = ["id"]
    }
    #expect(two.description.target == .values(["a", "y"]))
    #expect(try two.samples().targets == [1, 0.5, 3, 1.5])
    #expect(refusal(text) { $0.target = ["z"] }.contains("no column `z`; it has id, a, b, y"))
    #expect(refusal(text) { $0.ignore = ["4"] }.contains("`4`"))
    #expect(refusal(text) { $0.features = ["y"] }.contains("among the features"))
    #expect(
      refusal(text) {
        $0.target = ["a"]
        $0.ignore = ["a"]
      }.contains("ignored"))
  }

  @Test func headers() throws {
    #expect(try open("1,2,3\n4,5,6\n").description.featureNames == ["column_0", "column_1"])
    #expect(try open("1,2,3\n4,5,6\n").count == 2)
    #expect(try open("0,1,target\n4,5,6\n7,8,9\n").description.featureNames == ["0", "1"])
    #expect(try open("5.1,3.5,setosa\n4.9,3,setosa\n").count == 2)
    #expect(try open("1,2,3\n4,5,6\n") { $0.header = .present }.description.featureNames[0] == "1")
    #expect(refusal("a,b\n1,2\n") { $0.header = .absent }.contains("`a` is no number"))
    #expect(refusal("a,a,y\n1,2,3\n").contains("both named `a`"))
    #expect(refusal(",a,y\n1,2,3\n").contains("column 0 has no name"))
    #expect(try open(",a,y\n1,2,3\n") { $0.ignore = ["0"] }.description.featureNames == ["a"])
  }

  @Test func imagesAndDialects() throws {
    let data = try open("1;2;3;4;0\n5;6;7;8;1\n") { $0.shape = [1, 2, 2] }
    #expect(data.description.sampleShape == [1, 2, 2])
    #expect(refusal("1,2,3,0\n1,2,3,1\n") { $0.shape = [2, 2] }.contains("[2×2]"))
    let comma = try open("a;y\n1,5;2,25\n-0,5;1\n") { $0.decimalComma = true }
    #expect(try comma.samples().features == [1.5, -0.5])
    #expect(refusal("a;y\n1,5;2\n").contains("decimal_comma"))
    #expect(
      try open("\u{FEFF}\"a\"\t\"y\"\r\n\"1\"\tx\r\n2\tz\r\n").description.featureNames == ["a"])
  }

  @Test func separatorsByWordAndCharacter() throws {
    typealias Separator = CSVSource.Separator
    for (text, expected) in [
      ("tab", Separator.tab), ("\t", .tab), (";", .semicolon), ("auto", .auto), ("|", .pipe),
    ] {
      #expect(try Separator.decode(.text(text)) == expected)
    }
    #expect(throws: ValueProblem.self) { try Separator.decode(.text("-")) }
    #expect(throws: ValueProblem.self) { try Separator.decode(.integer(1)) }
    let data = try open("a;b,c\n1,5;2,x\n") {
      $0.separator = .semicolon
      $0.decimalComma = true
    }
    #expect(data.description.target == .classes(["2,x"]))
  }

  @Test func settingsReadFromAConfig() throws {
    let source = CSVSource()
    let schema = Schema(of: source)
    func set(_ name: String, _ value: ConfigValue) throws {
      guard case .parameter(let parameter)? = schema[name]?.content else {
        Issue.record("no setting \(name)")
        return
      }
      try parameter.assign(value)
    }
    try set("path", .text("-"))
    try set("target", .integer(3))
    try set("header", .bool(false))
    try set("header", .text("auto"))
    try set("shape", .list([.integer(1), .integer(8)]))
    try set("decimal_comma", .bool(true))
    #expect(source.target == ["3"] && source.shape == [1, 8] && source.path == "-")
    #expect(throws: ValueProblem.self) { try set("header", .integer(1)) }
    #expect(throws: ValueProblem.self) { try set("shape", .list([.integer(0)])) }
  }

  @Test func badCellsAreNamed() {
    let place = "table.csv: line 3, column `b`: "
    #expect(refusal("a,b,y\n1,2,3\n1,male,3\n").contains(place + "`male` is no number"))
    #expect(refusal("a,b,y\n1,2,3\n1,inf,3\n").contains(place))
    #expect(refusal("a,b,y\n1,2,3\n1,1e39,3\n").contains(place))
    #expect(refusal("a,b,y\n1,2,3\n1,2\n").contains("line 3: 2 fields"))
    #expect(refusal("a,b,y\n1,2,3\n1,2,3,4\n").contains("line 3: 4 fields"))
    #expect(refusal("a,b,y\n").contains("no samples"))
    #expect(refusal("").contains("no lines"))
    #expect(refusal("y\n1\n2\n").contains("separator"))
    #expect(
      complaint { _ = try CSVSource("x.csv").open(SourceContext(folder: "/nowhere")) }
        .contains("/nowhere/x.csv"))
  }

  @Test func missingValues() throws {
    let data = try open("a,b,kind\n1,,dog\nNA,4,\n\" ? \",-9,cat\n") { $0.missing = ["-9"] }
    let (features, targets) = try data.samples()
    #expect(features.map(\.isNaN) == [false, true, true, false, true, true])
    #expect(features[0] == 1 && features[3] == 4)
    #expect(data.description.target == .classes(["cat", "dog"]))
    #expect(targets[0] == 1 && targets[1].isNaN && targets[2] == 0)
    #expect(data.place(of: 2)?.hasSuffix("table.csv: line 4") == true)
    let values = try open("a,y\n1,2.5\n2,-9\n3,\n4,0.5\n") { $0.missing = ["-9"] }
    #expect(values.description.target == .values(["y"]))
    #expect(try values.samples().targets.map(\.isNaN) == [false, true, true, false])
  }

  @Test func categories() throws {
    let text = "color,size,kind\nred,1,a\nblue,2,b\n,3,a\n red ,4,b\ngreen,NA,a\n"
    for columns in [CSVSource.CategoryColumns.auto, ["color"], ["0"]] {
      let data = try open(text) { $0.categories = columns }
      #expect(data.description.categories == [0: ["blue", "green", "red"]])
      let features = try data.samples().features
      #expect([0, 2, 6, 8].map { features[$0] } == [2, 0, 2, 1])
      #expect(features[4].isNaN && features[9].isNaN)
    }
    #expect(
      refusal(text).contains("`red` is no number; text can be a category, `categories: [color]`"))
    #expect(
      refusal(text) { $0.categories = ["shape"] }.contains("there is no feature column `shape`"))
    #expect(try CSVSource.CategoryColumns.decode(.text("auto")) == .auto)
    #expect(try CSVSource.CategoryColumns.decode(.list([.text("auto")])) == ["auto"])
    #expect(throws: ValueProblem.self) { try CSVSource.CategoryColumns.decode(.table([])) }
  }

  @Test func knownCategories() throws {
    let trained = try open("color,size,kind\nred,1,a\nblue,2,b\n") { $0.categories = .auto }
      .description
    let more = try open("size,color\n5,red\n6,blue\n", expected: trained, needsTargets: false)
    #expect(try more.samples().features == [1, 5, 0, 6])
    #expect(more.description.categories == [0: ["blue", "red"]])
    let unknown = "size,color\n5,red\n6,pink\n"
    #expect(
      refusal(unknown, expected: trained, needsTargets: false)
        .contains("line 3, column `color`: `pink` is none of the levels learned: blue, red"))
    let missing = try open(unknown, expected: trained, needsTargets: false) {
      $0.unknownCategory = .missing
    }
    #expect(try missing.samples().features[2].isNaN)
  }

  @Test func tooManyCategories() {
    let lines = (0..<70_000).map { "name\($0),1,a\n" }.joined()
    #expect(
      refusal("id,x,y\n" + lines) { $0.categories = .auto }
        .contains("line 65538, column `id`: more than 65536 different texts make no category"))
  }

  @Test func predictionFindsColumnsByName() throws {
    let trained = try open("a,b,kind\n1,2,dog\n3,4,cat\n").description
    func check(_ text: String, _ change: (inout CSVSource) -> Void = { _ in }) throws -> (
      [Float], TargetDescription, [Float]
    ) {
      let data = try open(text, expected: trained, needsTargets: false, change)
      let (features, targets) = try data.samples()
      return (features, data.description.target, targets)
    }
    #expect(try check("b,a\n2,1\n") == ([1, 2], .none, []))
    #expect(try check("id,b,a,more\n9,2,1,x\n") == ([1, 2], .none, []))
    #expect(try check("b,a,kind\n2,1,dog\n") == ([1, 2], .classes(["cat", "dog"]), [1]))
    #expect(
      try check("kind,b,a,id\ndog,2,1,x\n") { $0.target = ["kind"] }
        == ([1, 2], .classes(["cat", "dog"]), [1]))
    #expect(try check("b,a\n2,1\n") { $0.target = ["kind"] } == ([1, 2], .none, []))
    let message = refusal("b\n2\n", expected: trained, needsTargets: false)
    #expect(message.contains("lacks the column a of the training data"))
    let bad = refusal("a,b,kind\n1,2,cat\n1,2,cow\n", expected: trained) { $0.target = ["kind"] }
    #expect(bad.contains("line 3, column `kind`: `cow` is none of the classes learned: cat, dog"))
    #expect(refusal("a,b\n1,2\n", expected: trained) { $0.target = ["kind"] }.contains("lacks"))
  }

  @Test func predictionWithoutHeader() throws {
    let trained = try open("1,2,0.5\n3,4,1.5\n").description
    let data = try open("5,6\n", expected: trained, needsTargets: false)
    #expect(try data.samples().features == [5, 6])
    let more = try open("5,6,2.5\n", expected: trained)
    #expect(try more.samples().targets == [2.5])
  }

  @Test(arguments: [
    ("digits", 1797, 64, 10), ("iris", 150, 4, 3), ("wine", 178, 13, 3),
    ("breast_cancer", 569, 30, 2), ("diabetes", 442, 10, 0),
  ])
  func theExamplesOpen(_ name: String, rows: Int, features: Int, classes: Int) throws {
    let data = try CSVSource(FilePath("Examples/data/\(name).csv"), target: "target").open(
      SourceContext(folder: repository))
    #expect(data.count == rows && data.description.sampleShape == [features])
    if classes > 0 {
      #expect(data.description.target == .classes((0..<classes).map(String.init)))
    } else {
      #expect(data.description.target == .values(["target"]))
    }
    #expect(!(try data.samples().features.contains { !$0.isFinite }))
  }

  @Test func predictionsReadAnotherFile() {
    let other = CSVSource("a.csv", target: "t").reading("b.csv")
    #expect(other?.path == "b.csv" && other?.target == ["t"])
  }
}
