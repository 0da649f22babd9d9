import CGPGME

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Moves the bytes between gpgme and one gpg process until the operation is done.
///
/// gpgme's own loop cannot be interrupted while gpg waits for a passphrase (`gpgme_cancel_async` is only looked at when gpg
/// speaks), so this one takes its place: it listens to a cancellation token and to the clock as well.
/// GPGME: `gpgme_set_io_cbs`
final class EventLoop {
  /// How an operation ended by our will instead of gpgme's verdict.
  enum Interruption {
    case cancelled
    case timedOut
  }

  /// One descriptor that gpgme wants to hear of.
  @safe final class Watch {
    unowned let loop: EventLoop
    let descriptor: CInt
    let events: Int16
    let callback: gpgme_io_cb_t
    let hook: UnsafeMutableRawPointer?
    var isLive = true

    init(
      loop: EventLoop, descriptor: CInt, events: Int16, callback: gpgme_io_cb_t, hook: UnsafeMutableRawPointer?
    ) {
      self.loop = loop
      self.descriptor = descriptor
      self.events = events
      // gpgme keeps both valid until it removes the watch; neither is used after that (`isLive`).
      unsafe self.callback = callback
      unsafe self.hook = hook
    }
  }

  private var watches: [Watch] = []
  private var outcome: gpgme_error_t?
  private var keys: [KeyHandle] = []
  private let token: CancellationToken
  private let patience: Duration?
  /// When an operation has to be done, whatever it says until then; nil for whenever it is.
  private let deadline: ContinuousClock.Instant?
  /// The gpg processes to be ended with the operation.
  private var engines: [EngineProcess] = []

  init(token: CancellationToken, patience: Duration?, deadline: ContinuousClock.Instant? = nil) {
    self.token = token
    self.patience = patience
    self.deadline = deadline
  }

  /// Makes this loop the one that drives `context`.
  ///
  /// The loop must outlive the context.
  func attach(to context: gpgme_ctx_t) {
    // gpgme keeps the pointer without a reference: ``Context`` owns the loop and releases the context first.
    let hook = unsafe Unmanaged.passUnretained(self).toOpaque()
    var callbacks = unsafe gpgme_io_cbs(
      add: unsafe addWatch, add_priv: hook, remove: unsafe removeWatch, event: unsafe reportEvent, event_priv: hook)
    // gpgme copies the structure.
    unsafe gpgme_set_io_cbs(context, &callbacks)
  }

  /// Forgets the last operation.
  func reset() {
    watches = []
    outcome = nil
    keys = []
    engines = []
  }

  /// Runs the operation that was started on `context` to its end; never leaves a gpg process behind that it interrupted.
  ///
  /// Returns how it was interrupted, nil when it was not, and gpgme's verdict.
  func run(_ context: gpgme_ctx_t) -> (interruption: Interruption?, verdict: gpgme_error_t) {
    var interruption: Interruption?
    while outcome == nil, !watches.isEmpty {
      let current = watches
      var polls = current.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
      polls.append(pollfd(fd: token.descriptor, events: Int16(POLLIN), revents: 0))
      let count = wait(&polls)
      if count < 0 {
        if errno == EINTR { continue }
        interruption = .cancelled
      } else if count == 0 {
        interruption = .timedOut
      } else if polls[current.count].revents != 0 {
        interruption = .cancelled
      }
      if interruption != nil {
        noteEngines()
        // Called on the thread that runs the loop, outside any callback: closes all descriptors and reports the end.
        unsafe gpgme_cancel(context)
        break
      }
      dispatch(current, polls)
    }
    for engine in engines { engine.end() }
    return (interruption, outcome ?? gpgme_error(GPG_ERR_INTERNAL))
  }

  /// Remembers the gpg processes of the running operation, so that ``run(_:)`` ends them when gpgme lets go of them.
  func noteEngines() {
    guard engines.isEmpty else { return }
    engines = EngineProcess.holding(watches.map(\.descriptor))
  }

  /// The keys that a listing reported since the last call, in gpg's order.
  func takeKeys() -> [KeyHandle] {
    defer { keys = [] }
    return keys
  }

  private func wait(_ polls: inout [pollfd]) -> CInt {
    let limit: CInt
    if let patience = [patience, deadline.map { max(.zero, $0 - .now) }].compactMap(\.self).min() {
      limit = CInt(
        clamping: patience.components.seconds * 1000 + patience.components.attoseconds / 1_000_000_000_000_000)
    } else {
      limit = -1
    }
    // poll(2) reads and writes exactly the elements counted.
    return unsafe poll(&polls, nfds_t(polls.count), limit)
  }

  private func dispatch(_ current: [Watch], _ polls: [pollfd]) {
    for (watch, poll) in zip(current, polls) where poll.revents != 0 && watch.isLive && outcome == nil {
      // gpgme's own handler with the value that it registered; it may add and remove watches.
      _ = unsafe watch.callback(watch.hook, watch.descriptor)
    }
  }

  // MARK: What gpgme asks for

  fileprivate func add(_ watch: Watch) {
    watches.append(watch)
  }

  fileprivate func remove(_ watch: Watch) {
    watch.isLive = false
    watches.removeAll { $0 === watch }
  }

  fileprivate func finish(_ verdict: gpgme_error_t) {
    if outcome == nil { outcome = verdict }
  }

  fileprivate func take(_ key: KeyHandle) {
    keys.append(key)
  }
}

// The three functions below are called by gpgme with the hook or tag that was registered, while the loop and its watches live.

private func addWatch(
  _ hook: UnsafeMutableRawPointer?, _ descriptor: CInt, _ direction: CInt, _ callback: gpgme_io_cb_t?,
  _ value: UnsafeMutableRawPointer?, _ tag: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> gpgme_error_t {
  guard let hook = unsafe hook, let callback = unsafe callback, let tag = unsafe tag else {
    return gpgme_error(GPG_ERR_INV_ARG)
  }
  let loop = unsafe Unmanaged<EventLoop>.fromOpaque(hook).takeUnretainedValue()
  let watch = unsafe EventLoop.Watch(
    loop: loop, descriptor: descriptor, events: Int16(direction == 0 ? POLLOUT : POLLIN), callback: callback,
    hook: value)
  loop.add(watch)
  unsafe tag.pointee = Unmanaged.passUnretained(watch).toOpaque()
  return 0
}

private func removeWatch(_ tag: UnsafeMutableRawPointer?) {
  guard let tag = unsafe tag else { return }
  // The loop holds the watch until this very call.
  let watch = unsafe Unmanaged<EventLoop.Watch>.fromOpaque(tag).takeUnretainedValue()
  watch.loop.remove(watch)
}

private func reportEvent(
  _ hook: UnsafeMutableRawPointer?, _ type: gpgme_event_io_t, _ data: UnsafeMutableRawPointer?
) {
  guard let hook = unsafe hook, let data = unsafe data else { return }
  let loop = unsafe Unmanaged<EventLoop>.fromOpaque(hook).takeUnretainedValue()
  switch type {
  case GPGME_EVENT_DONE:
    // The data of this event is the structure that its name promises.
    let done = unsafe data.assumingMemoryBound(to: gpgme_io_event_done_data.self).pointee
    loop.finish(done.err != 0 ? done.err : done.op_err)
  case GPGME_EVENT_NEXT_KEY:
    // The data of this event is a key whose reference becomes ours.
    unsafe loop.take(KeyHandle(adopting: gpgme_key_t(data.assumingMemoryBound(to: _gpgme_key.self))))
  default:
    break
  }
}
