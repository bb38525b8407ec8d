import EspalierProtocols

/// Says now and then that some time has passed, at next to no cost for all the calls between.
///
/// It reads the clock at every n-th call; n grows to 64 while calls come fast, and falls back to 1 when
/// they become slow.
struct Ticker {
  /// Seconds between two ticks.
  let interval: Double
  private var wait = 1
  private var stride = 1
  private var lastLook: Double
  private var lastTick: Double

  init(every interval: Double, from now: Double) {
    self.interval = interval
    lastLook = now
    lastTick = now
  }

  /// Whether the interval has passed since the last tick.
  mutating func ticks(_ run: any RunState) -> Bool {
    wait -= 1
    guard wait <= 0 else { return false }
    let now = run.seconds
    let passed = now - lastLook
    lastLook = now
    if passed < interval / 16 { stride = min(stride * 2, 64) }
    if passed > interval / 2 { stride = 1 }
    wait = stride
    guard now - lastTick >= interval else { return false }
    lastTick = now
    return true
  }
}
