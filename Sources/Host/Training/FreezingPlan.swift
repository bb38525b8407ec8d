import EspalierProtocols

/// Which parameters of a run are frozen in which epochs.
///
/// Parameters that the same rules freeze are always frozen together. So they lie together, in groups that
/// do not depend on the epoch nor on how many there are.
struct FreezingPlan {
  private let rules: [(name: String, freezing: Freezing)]

  init(_ callbacks: [any Callback]) {
    rules = callbacks.compactMap { callback in
      callback.freezing.map { (callback.pluginName, $0) }
    }
  }

  /// The rules in force in an epoch, by their places.
  func rules(in epoch: Int) -> Set<Int> {
    if rules.isEmpty { return [] }
    return Set(rules.indices.filter { rules[$0].freezing.holds(in: epoch) })
  }

  /// Names of the callbacks whose rules are in force.
  func names(in epoch: Int) -> [String] {
    rules.filter { $0.freezing.holds(in: epoch) }.map(\.name)
  }

  func isFrozen(_ parameter: String, in epoch: Int) -> Bool {
    rules.contains {
      $0.freezing.holds(in: epoch) && NamePattern.any(of: $0.freezing.parameters, fits: parameter)
    }
  }

  /// Shares variables out by the rules that freeze them.
  func parts(_ variables: [Variable]) -> [(rules: Set<Int>, members: [Variable])] {
    if rules.isEmpty { return [([], variables)] }
    var parts: [(rules: Set<Int>, members: [Variable])] = []
    for variable in variables {
      let own = Set(
        rules.indices.filter {
          NamePattern.any(of: rules[$0].freezing.parameters, fits: variable.name)
        })
      if let known = parts.firstIndex(where: { $0.rules == own }) {
        parts[known].members.append(variable)
      } else {
        parts.append((own, [variable]))
      }
    }
    return parts
  }

  /// The epochs in which other rules are in force than before, of any length of run.
  var changes: [Int] {
    let bounds = rules.flatMap { rule -> [Int] in
      let (after, isPastAll) = (rule.freezing.until ?? .max).addingReportingOverflow(1)
      return [rule.freezing.from] + (isPastAll ? [] : [after])
    }
    return Set(bounds.filter { $0 > 1 }).sorted()
  }
}

extension ModelPrograms {
  /// Records the step for all that is frozen at one time or another.
  ///
  /// A checkpoint then has the state of all groups, whenever it is written and however many epochs the run
  /// that goes on from it has.
  ///
  /// - Throws: ``RecordingFailure`` where an epoch of the run has nothing to train.
  func recordFrozen(batch: Int, epochs: Int) throws {
    for epoch in freezing.changes {
      do { _ = try trainingStep(batch: batch, epoch: epoch) } catch {
        if epoch <= epochs { throw error }
      }
    }
  }
}
