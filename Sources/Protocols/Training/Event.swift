/// The points of a run at which callbacks are called.
///
/// ```
/// pluginsBuilt → dataOpened → dataSplit → transformsFitted
/// runStart
///   epochStart
///     batchLoaded → the step: model, loss, gradients → afterBackward → update → batchEnd (→ logged)
///   validationStart → validationEnd
///   epochEnd
/// runEnd
/// ```
/// `afterBackward` splits the step between gradients and update, and costs that only where somebody asks
/// for it. `checkpointSaved`, `interrupted` and `failure` come when they happen. A config that is
/// resolved is no event, since callbacks are part of it: a program changes it between `Run(config:)` and
/// `fit()`.
public enum Event: String, Sendable, CaseIterable {
  /// The config is resolved and its plugins are made; no data has been opened. The facts have name,
  /// seed and batch size.
  case pluginsBuilt
  /// The source is open: the facts have the samples' shape and the target.
  case dataOpened
  /// The facts have the number of samples of each split, and what cleaners left out before it.
  case dataSplit
  /// Cleaners, selectors, normalizers and projections are fitted and applied: the facts have the shape
  /// that the model sees.
  case transformsFitted
  /// Data, model and step are ready; nothing has run.
  case runStart
  case epochStart
  /// The next batch is in memory and can be changed or skipped.
  case batchLoaded
  /// Gradients are there, the update has not run; where gradients are accumulated, at the batch that closes
  /// a window.
  case afterBackward
  /// The step is done, its loss known.
  case batchEnd
  /// Callbacks have logged numbers in the step that has just ended; comes for those steps alone.
  case logged
  case validationStart
  /// Results of the validation split are known.
  case validationEnd
  /// All results of the epoch are known.
  case epochEnd
  case checkpointSaved
  /// A signal asked the run to stop; the step is done.
  case interrupted
  /// An error ends the run.
  case failure
  /// The last event of a run that was not killed.
  case runEnd
}

/// What a callback decides.
public enum Decision: Sendable, Hashable {
  /// The run goes on.
  case proceed
  /// At `batchLoaded`: this batch is left out.
  case skipBatch
  /// The run ends in good order after this event; the reason goes into its summary.
  case stop(String)
}
