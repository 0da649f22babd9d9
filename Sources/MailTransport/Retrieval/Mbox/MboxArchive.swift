package import ByteStreams
import Synchronization
package import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An mbox to whose end messages are written, in the form that is called mboxrd.
///
/// The file is locked for as long as one message takes, so that other programs deliver in between; what they wrote is looked at before
/// the next one. A message counts as there when the one byte in its mark says so, which is written when all of it is on the disk. Until
/// then a failure cuts the file off where it ended before, and after a death the next run does.
///
/// Source: RFC 4155; mbox(5), mboxrd
package final class MboxArchive: MailboxWriter {
  package let path: FilePath
  /// So long a run waits for a program that has the file locked, in seconds.
  private let patience: Double
  private let state: Mutex<State>

  /// So much of a message is collected in memory, more in a file without a name beside the mbox.
  private static let memoryLimit = 256 << 10

  private struct State: Sendable {
    /// The bases of all messages of ours in the file.
    var found: Set<String> = []
    /// The bases that this run took.
    var claimed: Set<String> = []
    /// The file that was looked at, and up to where.
    var identity: LockedFile.Identity?
    var end = 0
  }

  /// What the file holds is no mbox.
  private enum Scan { case mbox, other }

  /// Makes the mbox for its owner alone, or continues one; its folder must exist.
  ///
  /// What a run left unfinished that was ended in the middle of a message is cut off.
  /// - Throws: `notMbox`; `stream`, with EAGAIN and the act "lock" when another program has it locked for long.
  package init(_ path: FilePath, patience: Double = 10) throws(MailboxProblem) {
    self.path = path
    self.patience = patience
    var state = State()
    let scan = try MailboxProblem.streaming { () throws(StreamError) in
      try Self.look(at: LockedFile(path, within: patience), &state)
    }
    guard scan == .mbox else { throw .notMbox }
    self.state = Mutex(state)
  }

  package var scratch: FilePath {
    let folder = path.removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  package func claim(_ base: String) -> MailboxClaim {
    state.withLock { state in
      if state.claimed.contains(base) { return .isTaken }
      if state.found.contains(base) { return .isThere }
      state.claimed.insert(base)
      return .free
    }
  }

  package func release(_ base: String) {
    _ = state.withLock { $0.claimed.remove(base) }
  }

  package func draft(for delivery: Delivery) throws(StreamError) -> any StoringSink {
    Spool(memoryLimit: Self.memoryLimit, directory: scratch)
  }

  package func finish(
    _ draft: any StoringSink, as delivery: Delivery, at time: Int64?
  ) throws(StreamError) -> Parcel? {
    try draft.finish()
    return Parcel(content: try draft.store(), delivery: delivery, time: time)
  }

  package func deliver(_ parcel: Parcel) throws(StreamError) {
    let message = try MboxMessage(parcel, now: Int64(time(nil)))
    try state.withLock { state throws(StreamError) in
      let file = try LockedFile(path, within: patience)
      guard try Self.look(at: file, &state) == .mbox else { throw .changed(path: path.string) }
      guard !state.found.contains(parcel.delivery.base) else { throw .exists(path: path.string) }
      try Self.append(message, to: file)
      state.found.insert(parcel.delivery.base)
      state.end = file.end
    }
  }

  /// Writes a message to the end, or leaves the file as it was.
  private static func append(_ message: MboxMessage, to file: LockedFile) throws(StreamError) {
    let end = file.end
    do throws(StreamError) {
      let gap = try missingLineEnds(in: file)
      // In one call, so that what a death leaves is told by its mark.
      try file.write(gap + message.head)
      try message.write(to: file)
      try file.finish()
      try file.overwrite(UInt8(ascii: "1"), at: end + gap.count + message.markOffset)
      try file.finish()
    } catch {
      try? file.truncate(to: end)
      throw error
    }
  }

  /// The line ends that stand between what another program wrote last and the next `From ` line.
  private static func missingLineEnds(in file: LockedFile) throws(StreamError) -> [UInt8] {
    guard file.end > 0 else { return [] }
    let last = try file.store().read(max(0, file.end - 3)..<file.end)
    if last.last != 0x0A { return [0x0A, 0x0A] }
    return last.dropLast().last == 0x0A || last == [0x0A, 0x0D, 0x0A] ? [] : [0x0A]
  }

  // MARK: What is there

  /// Takes in what other programs and runs wrote since it was looked at last.
  private static func look(at file: LockedFile, _ state: inout State) throws(StreamError) -> Scan {
    if file.identity == state.identity, file.end >= state.end {
      if file.end == state.end { return .mbox }
      if try scan(file, from: state.end, &state) == .mbox { return .mbox }
    }
    return try scan(file, from: 0, &state)
  }

  /// Reads the names of our messages from `start` on, and cuts off the last one when it is unfinished.
  private static func scan(_ file: LockedFile, from start: Int, _ state: inout State) throws(StreamError) -> Scan {
    guard file.end > start else {
      (state.identity, state.end) = (file.identity, file.end)
      return .mbox
    }
    let store = try file.store().slice(start..<file.end)
    var reader = try MboxReader(store)
    guard reader.isMbox else { return .other }
    var unfinished: MboxEntry?
    while let entry = try reader.nextEntry() {
      let first = entry.range.prefix(DeliveryMark.limit)
      let head = try store.read(first)
      let mark = DeliveryMark(startOf: head)
      if let mark, mark.isWhole { state.found.insert(mark.base) }
      let isTorn = entry.range.count == first.count && DeliveryMark.isTorn(head)
      unfinished = mark?.isWhole == false || isTorn ? entry : nil
    }
    if let unfinished, try !holdsFromLine(store.slice(unfinished.range)) {
      try file.truncate(to: start + unfinished.start)
      try file.finish()
    }
    (state.identity, state.end) = (file.identity, file.end)
    return .mbox
  }

  /// Whether a `From ` line stands anywhere in what a death left of a message, also in the middle of a line: then another program has
  /// written behind it, and not a byte may be cut off.
  private static func holdsFromLine(_ store: ByteStore) throws(StreamError) -> Bool {
    let size = 64 << 10
    var position = 0
    while position < store.count {
      // What follows is looked at again with the next ones, because a line may go on there.
      let bytes = try store.read(position..<min(position + size + FromLine.limit, store.count))
      for offset in bytes.indices.prefix(size) where bytes[offset] == UInt8(ascii: "F") {
        let line = bytes[offset...].prefix(FromLine.limit)
        guard line.starts(with: "From ".utf8) else { continue }
        let whole = Array(line.prefix { $0 != 0x0A })
        if !FromLine.isBare(whole), FromLine(whole) != nil { return true }
      }
      position += size
    }
    return false
  }
}

extension Range<Int> {
  /// At most the first `count`.
  fileprivate func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(upperBound, lowerBound + count) }
}
