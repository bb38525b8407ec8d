extension DiagnosticCode {
  /// What the problem is, why it is one, and how configs come to have it.
  public var explanation: String {
    switch self {
    case .unreadableFile:
      """
      The config file cannot be opened: it does not exist, is a folder, or may not be read. A path
      is relative to the folder in which the command runs; `-` reads from standard input.
      """
    case .syntax:
      """
      The text is not YAML 1.2, so nothing of it can be used. Frequent causes: a tab in the
      indentation, a missing blank after a colon, a bracket that is not closed, text that begins
      with one of the characters @ ` % * & ! | > and needs quotes. A `${env:NAME}` within braces or
      brackets needs quotes too. JSON is read as well, as it is YAML.
      """
    case .alias:
      """
      An alias `*name` repeats the value that was marked with an anchor `&name` further up in the
      same file. Anchors do not reach across files, and a value cannot contain itself.
      """
    case .mergeKey:
      """
      `<<: *base` takes over the keys of another group; the group's own keys win. What follows `<<:`
      must be an alias of a group of keys, or a list of such aliases.
      """
    case .tooLarge:
      """
      The file is larger, more deeply nested, or through its aliases stands for more values than any
      sensible config. The limits keep a hostile file from using up the machine.
      """
    case .encoding:
      """
      Configs are read as UTF-8 (or as UTF-16 and UTF-32 with a byte order mark). The place is where
      the first byte stands that cannot be right; save the file as UTF-8.
      """
    case .duplicateKey:
      """
      One group has the same key twice. Many readers silently take the last; here it is an error,
      since one of the two lines is surely not meant. Remove one of them.
      """
    case .keyNotText:
      """
      Keys of a config are plain names. A list or a group in the place of a key usually comes from a
      `?`, or from braces that were meant as text and need quotes.
      """
    case .notAConfig:
      """
      A config is a group of keys such as `data:`, `model:`, `loss:` and `optimizer:`. The file is
      empty, or holds a list or a single value. The folder Examples has configs to start from.
      """
    case .unknownSection:
      """
      The config has a key at its outermost level that means nothing. Nothing is ignored silently,
      since a misspelt section would otherwise train with defaults. Keys that begin with `x-` are
      free: use them to hold anchors.
      """
    case .unknownKey:
      """
      A section has a key that means nothing there. `espalier config schema` lists all keys, and
      editors that know the schema complete them.
      """
    case .unknownParameter:
      """
      A plugin was given an option that it does not have. `espalier plugins show NAME` lists its
      options with their ranges and defaults.
      """
    case .unknownPlugin:
      """
      No plugin of the needed kind has this name. Names are looked up among registered plugins only;
      `espalier plugins list` shows them. A plugin module of your own must be part of the program.
      """
    case .otherKind:
      """
      A plugin of this name exists, but it is of another kind: a callback stands where a metric is
      needed, for example. Move it to the section of its kind.
      """
    case .ambiguousPlugin:
      """
      Two packages have a plugin of this kind and name, so the name alone does not say which is
      meant. Write the bundle before it: `acme/relu: {…}`, or `acme/relu` where it has no options.
      A bundle is the set in which a package offers its plugins; `espalier plugins list` tells the
      bundle and package of each, and `espalier plugins show acme/relu` all about one.
      """
    case .wrongType:
      """
      The value is of another type than the key takes. The usual slips: `no`, `off` and `yes` are
      text in YAML 1.2, write `true` or `false`; `1_000` is text, write `1000`; numbers in quotes
      are text; a percentage is written as a share, 0.2 and not 20%.
      """
    case .notAChoice:
      """
      The key takes one of a few names, and this is none of them.
      """
    case .outOfRange:
      """
      The number lies outside the range in which the method makes sense. `0 ≤ x < 1` means: zero is
      allowed, one is not.
      """
    case .missingParameter:
      """
      The plugin or section cannot guess this value, so it has no default. Add the key.
      """
    case .missingSection:
      """
      A run needs data, a model, a loss and an optimizer. Everything else has defaults.
      """
    case .severalKeys:
      """
      A plugin is written as its name, or as one key with its options below it:
          optimizer: adam
          optimizer: {adam: {learning_rate: 1e-3}}
          optimizer:
            adam:
              learning_rate: 1e-3
      Several keys in its place mostly come from options that are not indented below the name. In a
      list, the options of `- dense:` must stand deeper than the word `dense`.
      """
    case .optionsForm:
      """
      The options of a plugin are a group of keys: `dense: {units: 64}`, not `dense: 64`.
      """
    case .notAPlugin:
      """
      The name of a plugin was expected, or one key with its options, and something else was found.
      """
    case .tooManyPlugins:
      """
      This key takes a single plugin, and a list of several was given.
      """
    case .sectionForm:
      """
      A section is a group of keys, and a single value or a list was found.
      """
    case .layerName:
      """
      A layer's name becomes part of the names of its weights. It is made of letters, digits, `_`
      and `-`, and begins with a letter or `_`.
      """
    case .layerNameTwice:
      """
      Weights are saved by the names of their layers, so two layers cannot share one.
      """
    case .refused:
      """
      The values of a plugin are each allowed, but not together: the plugin checked itself and
      refused.
      """
    case .includeForm:
      """
      `include:` takes the path of another config, or a list of paths, at the outermost level. Paths
      are relative to the file that they stand in.
      """
    case .includeMissing:
      """
      An included file cannot be opened. Its path is relative to the file that includes it.
      """
    case .includeCycle:
      """
      A file includes itself, perhaps through others. The chain is shown; remove one of its links.
      """
    case .includeTooMany:
      """
      More files are included than any sensible config has. Files that include others many times
      over grow beyond all bounds, so there is a limit.
      """
    case .environmentUnset:
      """
      `${env:NAME}` takes a value from the environment, and the variable is not set. Set it, or give
      a default: `${env:NAME:-64}`.
      """
    case .environmentForm:
      """
      A reference is written `${env:NAME}` or `${env:NAME:-default}`. To have the characters `${`
      themselves, write `$${`.
      """
    case .setForm:
      """
      `--set` takes a path and a value: `--set training.epochs=20`, `--set
      'model[0].dense.units=64'`, `--set 'metrics=[accuracy, f1]'`. The value is YAML.
      """
    case .setUnknown:
      """
      The path of a `--set` leads to no key of the config. A plugin's options are reached with or
      without its name: `optimizer.adam.learning_rate` or `optimizer.learning_rate`.
      """
    case .setAmbiguous:
      """
      The path of a `--set` fits several plugins of a list. Say which by its number, from 0:
      `model[2].units`, or by the name that a layer was given.
      """
    case .setIndex:
      """
      A list has no such element. Elements count from 0; the number after the last appends one.
      """
    case .setPackages:
      """
      `plugins:` names code that is built and run, and it stands in the config alone, where all who
      use the config see it. Write it there.
      """
    case .unknownResult:
      """
      A callback or schedule watches a result that this run does not produce. A run produces
      `train_loss` and `validation_loss`, the same for each metric in `metrics`, and
      `learning_rate`.
      """
    case .nothingValidated:
      """
      A callback or schedule watches a validation result, but no samples are kept for validation.
      Set `data.split.validation` above 0, or give a `data.validation_source`.
      """
    case .nothingToTrainOn:
      """
      The shares for validation and test leave nothing to train on.
      """
    case .foldWithoutPlace:
      """
      `data.split.folds: 5` cuts what the test part leaves into five parts, `fold: 2` takes the second
      for validation, and `repetition: 3` draws the third cut. The fold must be one of those there are,
      validation samples cannot have a source of their own beside folds, and without shuffling there is
      one cut only.
      """
    case .ensembleUnusable:
      """
      `ensemble.yaml` names the folders of the runs that are joined, `members: [member-1, member-2]`,
      how, `join: mean`, and perhaps how much each counts, `weights: [2, 1]`: one number for each member.
      """
    case .taskMismatch:
      """
      A loss says what kind of target is learned: classes, or values. The metric measures the other
      kind, so its number would mean nothing.
      """
    case .batchOfOne:
      """
      Batch normalization subtracts the mean of a batch. With a batch of one sample that mean is the
      sample itself, and every output is zero. Use larger batches, or a normalization within a
      sample.
      """
    case .metricTwice:
      """
      Results are told by the name of their metric: `validation_accuracy` in logs, in the summary and
      for callbacks that watch it. Two metrics of one name would be told as one. Keep one of them.
      """
    case .layerDoesNotFit:
      """
      A layer cannot take what the layer before it gives. The message shows the shapes through the
      model up to there, beginning with the shape of a sample: [features], or [channel, row, column]
      for images. A `flatten` is often what is missing between images and dense layers.
      """
    case .dataUnusable:
      """
      The data cannot be opened, or are not what the config says: a file is missing, a column has
      another name, or a value cannot be read. Paths are relative to the config's own folder.
      """
    case .normalizedTooLate:
      """
      A run in Swift is read line by line, but cleaners act on the data first, then selectors, then
      normalizers, then projections. A normalizer that is written behind a projection would act before
      it, which is surely not meant.
      """
    case .notShuffled:
      """
      Without shuffling, every epoch shows the samples in the same order. If the file is sorted by
      class, whole batches hold a single class, and training follows the order, not the data.
      """
    case .piecesDoNotDivide:
      """
      `maxout` takes the largest of each group of `pieces` neighbouring outputs, so the layer before it
      must make pieces × units of them: `dense: {units: 128}` before `maxout: {pieces: 2}` gives 64.
      """
    case .imagesExpected:
      """
      An augmentation that moves or turns images was given samples that are rows of features: from a
      table without `shape`, or after a projection such as pca, which leaves no image. Give the source
      the shape of its images, leave the projection out, or take an augmentation for tables, such as
      feature_noise.
      """
    case .packageCheck:
      """
      A check that came with a package of plugins has found something. The message is the package's.
      """
    case .doubledOutput:
      """
      cross_entropy takes what comes before a softmax, binary_cross_entropy what comes before a sigmoid,
      and applies it itself, which is exact where the two apart lose digits. A second one at the end
      of the model flattens the gradient: training is slow and stops short. Predictions are
      probabilities either way.
      """
    case .missingOutput:
      """
      negative_log_likelihood takes the logarithms of the classes' probabilities as they are, so the model
      has to end with log_softmax. Without it the loss falls below zero and says nothing of
      probabilities. cross_entropy does both at once.
      """
    case .pointsForMetrics:
      """
      A model that learns by triplet gives a point a sample, whose numbers are no classes. Metrics such as
      accuracy take the largest of them for the predicted class, which means nothing. The loss on the
      validation split tells how far classes are apart.
      """
    case .dropoutBeforeNormalization:
      """
      Dropout changes the variance of what it passes in training, but not at inference. Batch
      normalization right behind it learns the variance of training, which does not fit later. Put
      dropout behind the normalization and its activation, or leave one of the two out.
      """
    case .scheduleLength:
      """
      A schedule that is longer than the run does not reach its end, one that is shorter stays at its
      last rate for the rest, often 0. Without a length of its own a schedule is as long as the run.
      """
    case .epochNotReached:
      """
      A callback is told to begin something at an epoch after the run's last: freezing, training what is
      frozen, averaging. The run goes on as if it were not there, or with what is frozen as it is. Choose
      an earlier epoch, or train for longer.
      """
    case .nothingBetween:
      """
      Two dense layers with nothing between them compute what one could: a product of matrices is a
      matrix. Put an activation between them, unless a product of low rank is what you want.
      """
    case .uselessBias:
      """
      Batch normalization subtracts the mean of what it gets, and with it any offset that was added
      before. The bias takes memory and time and learns nothing; the normalization has an offset of
      its own. Write `bias: false`.
      """
    case .noZeros:
      """
      With plain gradient steps, an L1 penalty brings weights close to zero, but not to zero: they step
      over it to and fro. The optimizer `proximal_sgd` with `l1` of its own takes the penalty's exact
      step and leaves exact zeros.
      """
    case .targetMismatch:
      """
      The loss is for another kind of target than the data have: classes, or values. A classifier
      takes cross_entropy, a regression mean_squared_error. A column of whole numbers is read as
      classes if it has few different ones; say `task: regression` at the source to have values.
      """
    case .pluginFailed:
      """
      A plugin threw an error while the run was under way: a callback or a hook at the named event. The
      state of the run just then was saved as the checkpoint `failure` in its folder; once the cause
      is mended, `espalier resume RUN --checkpoint failure` goes on from there.
      """
    case .modelProblem:
      """
      The model cannot be built as the config says: a layer, an initializer, the loss or another part
      of the step refused what it was given, or failed.
      """
    case .backendUnusable:
      """
      What runs the computation could not make memory for the model, or could not take its program.
      Without the key `backend` a run takes the processor.
      """
    case .startUnusable:
      """
      `start_from` loads a trained model before the first step: the folder of a finished run, or a
      .safetensors file. Every parameter that it is asked for must be there under its name, in its
      shape; `mapping` translates names, `layers` chooses, and `missing: initialize` and
      `other_shape: initialize` leave the others to their initializers. `espalier plan CONFIG` shows
      what would be loaded.
      """
    case .packageForm, .packageUnusable, .packageDoesNotBuild, .packageNotInProgram, .sweepConfig,
      .sweepParameter, .sweepObjective, .sweepStrategy:
      explanationOfPackagesAndSweeps
    }
  }
}
