import EspalierHost
import EspalierReferences
import Testing

@Suite struct FoldsTests {
  @Test func consecutiveFoldsAgreeWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/splits", named: ["k_fold"]) {
      let count = Int(reference.number("n")!)
      let folds = try Split.folds(
        Int(reference.number("k")!), count: count, shuffle: false, seed: 0)
      for (fold, split) in folds.enumerated() {
        let expected = (0..<count).filter {
          reference.outputs["fold_of_sample"]!.values[$0] == Double(fold)
        }
        #expect(split.validation == expected)
        #expect(Set(split.training).union(expected).count == count)
      }
    }
  }

  @Test func stratifiedFoldsAgreeWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/splits", named: ["stratified_k_fold"]) {
      let classes = reference.inputs["labels"]!.values.map { Int($0) }
      let folds = try Split.folds(
        Int(reference.number("k")!), count: classes.count, classes: classes, seed: 4)
      #expect(folds.flatMap(\.validation).sorted() == Array(classes.indices))
      for split in folds {
        #expect(Set(split.training).isDisjoint(with: split.validation))
        for label in 0...classes.max()! {
          let number = Double(split.validation.filter { classes[$0] == label }.count)
          #expect(number >= reference.outputs["per_class_low"]!.values[label])
          #expect(number <= reference.outputs["per_class_high"]!.values[label])
        }
      }
    }
  }

  @Test func refuses() {
    #expect(complaint { _ = try Split.folds(5, count: 4, seed: 0) }.contains("4 samples"))
    #expect(complaint { _ = try Split.folds(1, count: 4, seed: 0) }.contains("1 folds"))
  }
}
