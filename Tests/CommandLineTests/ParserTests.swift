import EspalierHost
import EspalierProtocols
import Testing

@testable import EspalierCommandLine

private struct Cook: Command {
  enum Heat: String, Choice { case low, medium, high }

  static let name = "cook"
  static let summary = "cooks"

  @Operand("what is cooked", as: "DISH") var dish: String
  @Operand("what goes with it", as: "SIDE") var sides: [String]
  @Option("how long", as: "N", in: 1...120) var minutes: Int = 10
  @Option("how hot", as: "HEAT") var heat: Heat?
  @Option("what is added", as: "SPICE") var addSpice: [String]
  @Option("how much", as: "SHARE", in: 0...1) var share: Double?
  @Flag("with a lid") var covered

  func run(_ context: Context) throws -> EspalierCommandLine.ExitStatus { .done }
}

private struct Serve: Command {
  static let name = "serve"
  static let summary = "serves"
  static let otherNames = ["dish-up"]

  @Operand("whom", as: "GUEST") var guest: String?
  @Option("where", as: "TABLE") var table: String

  func run(_ context: Context) throws -> EspalierCommandLine.ExitStatus { .done }
}

private let kitchen = CommandGroup(
  name: "", summary: "keeps a kitchen",
  members: [
    .command(Cook.self),
    .group(CommandGroup(name: "room", summary: "in the room", members: [.command(Serve.self)])),
  ])

private func parse(_ words: [String]) throws -> (command: any Command, path: [String]) {
  switch try Parser(root: kitchen).parse(words) {
  case .run(let command, let path): return (command, path)
  case .help: throw CommandFailure("help")
  }
}

private func cook(_ words: String...) throws -> Cook {
  try #require(try parse(["cook"] + words).command as? Cook)
}

@Suite struct ParserTests {
  @Test func defaults() throws {
    let command = try cook("soup")
    #expect(command.dish == "soup")
    #expect(command.sides == [])
    #expect(command.minutes == 10)
    #expect(command.heat == nil)
    #expect(command.addSpice == [])
    #expect(!command.covered)
  }

  @Test func valuesInBothForms() throws {
    let command = try cook("--minutes", "5", "soup", "--heat=high", "--share=0.5", "--covered")
    #expect(command.minutes == 5)
    #expect(command.heat == .high)
    #expect(command.share == 0.5)
    #expect(command.covered)
  }

  @Test func repeatedOptionsAndOperands() throws {
    let command = try cook("--add-spice", "salt", "soup", "bread", "--add-spice=a=b", "wine")
    #expect(command.addSpice == ["salt", "a=b"])
    #expect(command.sides == ["bread", "wine"])
  }

  @Test func everythingBehindTwoHyphensIsAnOperand() throws {
    let command = try cook("--", "--minutes", "-x", "--help")
    #expect(command.dish == "--minutes")
    #expect(command.sides == ["-x", "--help"])
  }

  @Test func hyphenAloneIsAnOperandAndAValue() throws {
    #expect(try cook("-").dish == "-")
    #expect(try cook("soup", "--add-spice", "-").addSpice == ["-"])
  }

  @Test func emptyWordsAreWords() throws {
    #expect(try cook("").dish == "")
    #expect(try cook("soup", "--add-spice=").addSpice == [""])
  }

  @Test func commandsInGroups() throws {
    let parsed = try parse(["room", "serve", "--table", "3"])
    #expect(parsed.path == ["room", "serve"])
    let serve = try #require(parsed.command as? Serve)
    #expect(serve.table == "3")
    #expect(serve.guest == nil)
  }

  @Test(arguments: [
    (["--help"], [String]()), (["-h"], []), (["room", "--help"], ["room"]),
    (["cook", "-h"], ["cook"]), (["cook", "--nonsense", "--help"], ["cook"]),
    (["room", "serve", "x", "y", "-h"], ["room", "serve"]),
  ])
  func helpEverywhere(_ words: [String], _ path: [String]) throws {
    guard case .help(let found) = try Parser(root: kitchen).parse(words) else {
      Issue.record("no help")
      return
    }
    #expect(found == path)
  }

  @Test(arguments: [
    ("cook", "DISH is missing: what is cooked"),
    ("room serve", "--table TABLE is missing: where"),
    ("cook soup --minutes", "--minutes needs a value: `--minutes N`"),
    (
      "cook soup --minutes --covered",
      "--minutes needs a value, and `--covered` looks like an option; "
        + "write `--minutes=--covered` if it is meant"
    ),
    ("cook soup --minutes 0", "--minutes: 0 is outside 1 ≤ x ≤ 120"),
    ("cook soup --minutes -5", "--minutes: -5 is outside 1 ≤ x ≤ 120"),
    ("cook soup --minutes ten", "--minutes takes a whole number, not `ten`"),
    (
      "cook soup --minutes 99999999999999999999",
      "--minutes takes a whole number, not `99999999999999999999`"
    ),
    (
      "cook soup --minutes 1.5",
      "--minutes takes a whole number, not `1.5`; fractions are not allowed here"
    ),
    (
      "cook soup --minutes 1_00",
      "--minutes takes a whole number, not `1_00`; `1_00` is text: write `100`"
    ),
    ("cook soup --share 1.5", "--share: 1.5 is outside 0 ≤ x ≤ 1"),
    (
      "cook soup --heat hihg",
      "--heat takes one of low, medium, high, not `hihg`; did you mean `high`?"
    ),
    ("cook soup --covered=yes", "--covered takes no value"),
    ("cook soup --minutes 1 --minutes 2", "--minutes is given twice"),
    ("cook soup --covered --covered", "--covered is given twice"),
    ("cook soup --minute 1", "`cook` has no option `--minute`; did you mean `--minutes`?"),
    ("cook soup -m 1", "`cook` has no option `-m`"),
    ("cook soup --MINUTES=1", "`cook` has no option `--MINUTES`; did you mean `--minutes`?"),
    ("cok soup", "there is no command `cok`; did you mean `cook`?"),
    ("dish-up", "there is no command `dish-up`; did you mean `room serve`?"),
    ("serve", "there is no command `serve`; did you mean `room serve`?"),
    ("room", "`room` needs one more word: `serve`"),
    ("room sreve", "`room` has no `sreve`; did you mean `serve`?"),
    ("room serve --table 1 a b", "`b` is one argument too many"),
    ("--minutes cook", "options stand behind the command, `--minutes` is before it"),
  ])
  func wrongUsage(_ line: String, _ message: String) {
    let error = #expect(throws: UsageError.self) {
      try parse(line.split(separator: " ").map(String.init))
    }
    #expect(error?.message == message)
  }

  @Test func strangeWordsStayOnOneLine() {
    let error = #expect(throws: UsageError.self) {
      try parse(["cook", "soup", "--\u{1B}[31m\n" + String(repeating: "x", count: 500)])
    }
    let message = error?.message ?? "\n"
    #expect(!message.contains { $0.isNewline || $0 == "\u{1B}" })
    #expect(message.count < 120)
  }

  @Test func allCommandsAreWellDeclared() {
    for (path, type) in Commands.root.commands {
      let command = path.joined(separator: " ")
      #expect(type.summary.first?.isLowercase == true, "\(command)")
      var names = Set<String>()
      var mayBeAbsent = false
      for argument in NamedArgument.all(of: type.init()) {
        let shape = argument.shape
        #expect(!shape.text.isEmpty, "\(command) \(argument.name)")
        #expect(names.insert(argument.name).inserted, "\(command) \(argument.name)")
        #expect(shape.role == .flag || !shape.placeholder.isEmpty, "\(command) \(argument.name)")
        guard shape.role == .operand else { continue }
        // An operand behind one that may be absent could not be told from it.
        #expect(!(mayBeAbsent && shape.isRequired), "\(command) \(argument.name)")
        mayBeAbsent = !shape.isRequired
      }
      for example in type.examples {
        let words = example.split(separator: " ").map(String.init).prefix { $0 != "<" && $0 != ">" }
        #expect(throws: Never.self, "\(example)") {
          try Parser(root: Commands.root).parse(Array(words))
        }
      }
    }
  }
}
