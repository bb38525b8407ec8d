"""How a Swift file gets mistakes that can be switched on one at a time.

Every operator, number and function that can be exchanged is replaced by one of its own that looks up, when it is used,
whether its mistake is the one in force (the environment's ESPALIER_MUTANT). So one build serves for all mistakes.
"""
import pathlib
import re

# Digits of an operator's number, in characters that operators may have.
digits = "⋅⋆⋇⋈⋉⋊⋋⋌⋍⋎"

operators = {
    "+": "-", "-": "+", "*": "/", "/": "*", "<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "==",
    "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "&&": "||", "||": "&&",
    ".>": ".<=", ".<": ".>=", ".>=": ".<", ".<=": ".>",
}
functions = {
    "maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "exp": "tanh", "square": "abs",
    "sqrt": "abs", "abs": "square", "tanh": "sigmoid", "sigmoid": "tanh", "softplus": "exp", "log": "tanh",
    "log1p": "expm1", "expm1": "log1p", "erf": "tanh", "sin": "cos", "cos": "sin",
}
methods = {
    "mean": "sum", "sum": "mean", "softmax": "logSoftmax", "logSoftmax": "softmax", "squareRoot": "magnitude",
    "max": "min", "min": "max",
}
literals = {"true": "false", "false": "true", "1": "2", "2": "3", "3": "4"}

patterns = [
    ("operator", r"(?<= )(\.?[<>]=?|[=!]=|[-+*/]=?|&&|\|\|)(?= (?!nil\b))"),
    ("negation", r"(?:(?<=[(\[])|(?<=[=,:?] )|(?<=return )|(?<=[-+*/{] ))-(?=[a-z(])"),
    ("function", r"(?<![\w.])(%s)(?=\()" % "|".join(functions)),
    ("method", r"(?<=\.)(%s)(?=\()" % "|".join(methods)),
    ("literal", r"(?<![\w.])(true|false|[123]|\d[\d_]*\.\d[\d_]*)(?![\w.])"),
]
# Settings, checks and messages are no formula.
passed_over = re.compile(
    r"^\s*(///|//|@Parameter|@Component|import|guard .*(throw|else \{ throw)|throw|case .*:$|#)"
    r'|"|static let|^  public (private\(set\) )?var .* = |precondition|typealias|while true')
passed_members = re.compile(r"  (public init|(public )?(func validate|func check|static func decode))\b")


class Mutant:
    def __init__(self, number, path, line, kind, start, end, old, new):
        self.number, self.path, self.line, self.kind = number, path, line, kind
        self.start, self.end, self.old, self.new = start, end, old, new

    def note(self, line):
        self.source, self.indent = line.strip(), len(line) - len(line.lstrip())


def mutants(path, text, numbers):
    """All that can be exchanged in a file."""
    found, skipped = [], False
    for line, code in enumerate(text.split("\n")):
        if passed_members.match(code):
            skipped = True
        elif re.match(r"  \S", code) and not re.match(r"  [})]", code):
            skipped = False
        if skipped or passed_over.search(code):
            continue
        code = code.split("//")[0]
        taken = []
        for kind, pattern in patterns:
            for match in re.finditer(pattern, code):
                old = match.group(0)
                if any(match.start() < end and start < match.end() for start, end in taken):
                    continue
                if kind == "literal" and "." in old:
                    new = repr(float(old.replace("_", "")) * 1.5 or 1.0)
                elif kind == "negation":
                    new = "+"
                else:
                    new = {"operator": operators, "function": functions, "method": methods, "literal": literals}[kind][old]
                taken.append((match.start(), match.end()))
                mutant = Mutant(next(numbers), path, line, kind, match.start(), match.end(), old, new)
                mutant.note(code)
                found.append(mutant)
    return found


def spelled(number):
    return "".join(digits[int(digit)] for digit in str(number))


def switched(text, chosen):
    """The text with all of the mistakes in it, each behind its switch."""
    lines = text.split("\n")
    for mutant in sorted(chosen, key=lambda mutant: -mutant.start):
        line = lines[mutant.line]
        new = {
            "operator": mutant.old + spelled(mutant.number),
            "negation": "-" + spelled(mutant.number),
            "function": f"{mutant.old}_{mutant.number}",
            "method": f"{mutant.old}_{mutant.number}",
            "literal": f"either_({mutant.number}, {mutant.old}, {mutant.new})",
        }[mutant.kind]
        lines[mutant.line] = line[:mutant.start] + new + line[mutant.end:]
    return "\n".join(lines)


prelude = """import EspalierProtocols
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

let active_ = getenv("ESPALIER_MUTANT").map { Int(String(cString: $0)) ?? 0 } ?? 0
func either_<T>(_ number: Int, _ a: T, _ b: T) -> T { active_ == number ? b : a }
private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
private func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
private func softplus(_ x: Double) -> Double { log1p(exp(x)) }
private func softplus(_ x: Float) -> Float { log1p(exp(x)) }
private func square(_ x: Double) -> Double { x * x }
private func square(_ x: Float) -> Float { x * x }
private func abs(_ x: Float) -> Float { x.magnitude }
private func abs(_ x: Double) -> Double { x.magnitude }
private func tensorMin(_ x: Tensor, _ axes: [Int]?, _ keeping: Bool) -> Tensor { -(-x).max(axes, keepingAxes: keeping) }
"""


def declaration(mutant):
    """What a switched place calls."""
    number, old, new = mutant.number, mutant.old, mutant.new
    on = f"active_ == {number}"
    if mutant.kind == "literal":
        return ""
    if mutant.kind == "negation":
        sign = "-" + spelled(number)
        return f"""prefix operator {sign}
prefix func {sign}(a: Tensor) -> Tensor {{ {on} ? a : -a }}
prefix func {sign}<T: SignedNumeric>(a: T) -> T {{ {on} ? a : -a }}
"""
    if mutant.kind == "operator":
        sign = old + spelled(number)
        both = f"{{ {on} ? a {new} b : a {old} b }}"
        if old in ("&&", "||"):
            precedence = "LogicalConjunctionPrecedence" if old == "&&" else "LogicalDisjunctionPrecedence"
            return f"""infix operator {sign}: {precedence}
func {sign}(a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool {{ {on} ? try a {new} b() : try a {old} b() }}
"""
        if old in ("<", ">", "<=", ">=", "==", "!="):
            protocol = "Equatable" if old in ("==", "!=") else "Comparable"
            return f"""infix operator {sign}: ComparisonPrecedence
func {sign}<T: {protocol}>(a: T, b: T) -> Bool {both}
"""
        if old.startswith("."):
            return f"""infix operator {sign}: ComparisonPrecedence
func {sign}(a: Tensor, b: Tensor) -> Tensor {both}
func {sign}(a: Tensor, b: Float) -> Tensor {both}
"""
        if old.endswith("="):
            text = f"infix operator {sign}: AssignmentPrecedence\n"
            change = f"{{ if {on} {{ a {new} b }} else {{ a {old} b }} }}"
            for type_ in ["AdditiveArithmetic"] if old in ("+=", "-=") else ["FloatingPoint", "BinaryInteger"]:
                text += f"func {sign}<T: {type_}>(a: inout T, b: T) {change}\n"
            for type_ in ["Tensor", "Float"]:
                text += f"func {sign}(a: inout Tensor, b: {type_}) {{ a = {on} ? a {new[0]} b : a {old[0]} b }}\n"
            return text
        precedence = "AdditionPrecedence" if old in "+-" else "MultiplicationPrecedence"
        text = f"infix operator {sign}: {precedence}\n"
        for type_ in ["AdditiveArithmetic"] if old in "+-" else ["FloatingPoint", "BinaryInteger"]:
            text += f"func {sign}<T: {type_}>(a: T, b: T) -> T {both}\n"
        for a, b in [("Tensor", "Tensor"), ("Tensor", "Float"), ("Float", "Tensor")]:
            text += f"func {sign}(a: {a}, b: {b}) -> Tensor {both}\n"
        return text
    name = f"{old}_{number}"
    if mutant.kind == "function":
        if old in ("max", "min"):
            return f"""func {name}<T: Comparable>(_ a: T, _ b: T) -> T {{ {on} ? {new}(a, b) : {old}(a, b) }}
func {name}<T: Comparable>(_ a: T, _ b: T, _ c: T) -> T {{ {on} ? {new}(a, b, c) : {old}(a, b, c) }}
"""
        if old in ("maximum", "minimum"):
            return "".join(
                f"func {name}(_ a: Tensor, _ b: {type_}) -> Tensor {{ {on} ? {new}(a, b) : {old}(a, b) }}\n"
                for type_ in ["Tensor", "Float"])
        return "".join(
            f"func {name}(_ a: {type_}) -> {type_} {{ {on} ? {new}(a) : {old}(a) }}\n"
            for type_ in ["Tensor", "Float", "Double"])
    if old == "squareRoot":
        return f"extension FloatingPoint {{ func {name}() -> Self {{ {on} ? magnitude : squareRoot() }} }}\n"
    if old in ("softmax", "logSoftmax"):
        return f"extension Tensor {{ func {name}() -> Tensor {{ {on} ? {new}() : {old}() }} }}\n"
    if old in ("sum", "mean"):
        return f"""extension Tensor {{
  func {name}(_ axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {{
    {on} ? {new}(axes, keepingAxes: keepingAxes) : {old}(axes, keepingAxes: keepingAxes)
  }}
}}
"""
    text = f"""extension Sequence where Element: Comparable {{
  func {name}() -> Element? {{ {on} ? self.{new}() : self.{old}() }}
}}
"""
    if old == "max":
        text += f"""extension Tensor {{
  func {name}(_ axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {{
    {on} ? tensorMin(self, axes, keepingAxes) : max(axes, keepingAxes: keepingAxes)
  }}
}}
"""
    return text


def declarations(chosen):
    return prelude + "".join(declaration(mutant) for mutant in chosen)
