import ByteStreams
package import MIME
package import SystemPackage

/// Protected mail that is being sent, or could not be delivered, each copy in a file of its own.
///
/// The folder that a file lies in is its state, and every step is one rename, brought to the disk before the next: whatever ends a run,
/// each copy is in exactly one state afterwards, and never in one that would have it sent twice. A file in `sending` is locked by the
/// run that hands it over; one that nobody has locked was handed over by a run that ended, and its fate is unknown.
///
/// A file is a mail message: our fields, then the message unchanged. Nothing in clear ever lies here.
package final class Outbox: Sendable {
  /// Where it lies.
  package let path: FilePath
  /// `tmp`: what is not complete yet.
  let staging: Folder
  private let folders: [OutboxState: Folder]

  /// What is known of a message beside its copies.
  package struct Order: Sendable {
    /// The way as it was named, to be found again: a submission URL, without any password.
    package var way: String
    /// The account it is sent by.
    package var account: String?
    /// The fingerprint of the certificate that each recipient's copy is encrypted to; empty where nothing is.
    package var certificates: [AddrSpec: String]
    /// The fingerprint of the sender's own certificate; nil where none is used.
    package var own: String?
    /// The Message-ID that the message came with; nil for one that we made, which no second attempt has.
    package var messageID: String?
    /// Now, in seconds since 1970.
    package var time: Int64

    package init(
      way: String, account: String?, certificates: [AddrSpec: String], own: String? = nil, messageID: String? = nil,
      time: Int64
    ) {
      self.way = way
      self.account = account
      self.certificates = certificates
      self.own = own
      self.messageID = messageID
      self.time = time
    }
  }

  /// Opens the outbox of the folder that keeps our state; both are made, for their owner alone, when they are missing.
  ///
  /// - Throws: `stream`; with `exposed` where others may write to it.
  package convenience init(in stateFolder: FilePath) throws(OutboxError) {
    let path = Self.path(in: stateFolder)
    try OutboxError.streaming { () throws(StreamError) in
      try Folders.createWhole(path)
      for name in ["tmp"] + OutboxState.allCases.map(\.rawValue) { try Folders.create(path.appending(name)) }
    }
    try self.init(path)
  }

  /// The same; nil where there is none yet, and then nothing is made.
  ///
  /// - Throws: `stream`.
  package static func existing(in stateFolder: FilePath) throws(OutboxError) -> Outbox? {
    Folders.exists(path(in: stateFolder)) ? try Outbox(in: stateFolder) : nil
  }

  /// Where the outbox of a state folder lies.
  package static func path(in stateFolder: FilePath) -> FilePath { stateFolder.appending("outbox") }

  private init(_ path: FilePath) throws(OutboxError) {
    self.path = path
    func own(_ path: FilePath) throws(OutboxError) -> Folder {
      try OutboxError.streaming { () throws(StreamError) in
        let folder = try Folder(path)
        try folder.requireOwn()
        return folder
      }
    }
    _ = try own(path)
    staging = try own(path.appending("tmp"))
    var folders: [OutboxState: Folder] = [:]
    for state in OutboxState.allCases { folders[state] = try own(path.appending(state.rawValue)) }
    self.folders = folders
  }

  /// Keeps mail that a program wanted sent and that was refused.
  ///
  /// - Parameters:
  ///   - message: the mail, sealed to its owner alone.
  ///   - recipients: for whom it was meant, as far as that is known.
  ///   - reason: one sentence, why it was refused.
  ///   - order: the way it would have gone; its certificates say nothing here.
  /// - Throws: `stream`.
  package func hold(
    _ message: SubmittableMessage, from reversePath: Envelope.ReversePath, to recipients: [AddrSpec], reason: String,
    _ order: Order
  ) throws(OutboxError) -> OutboxEntry {
    var seen: Set<AddrSpec> = []
    let record = OutboxRecord(
      id: OutboxID(group: OutboxID.newGroup(), part: 1), purpose: .refused, time: order.time, label: "refused mail",
      protection: message.protection, account: order.account, way: order.way,
      messageID: order.messageID, notice: nil, reason: reason, reversePath: reversePath,
      recipients: recipients.filter { seen.insert($0).inserted }.map { OutboxRecipient(address: $0, certificate: nil) })
    try write(record, message, into: .held)
    return OutboxEntry(record: record, state: .held, octets: message.bytes.count, path: file(record.id, in: .held))
  }

  /// Everything that is in it now.
  ///
  /// - Throws: `stream`.
  package func list() throws(OutboxError) -> OutboxListing {
    var entries: [OutboxID: OutboxEntry] = [:]
    var damaged: [OutboxDamage] = []
    // The way of a file is from `sending` into another folder, or back: in this order none is missed. What is in both is settled.
    for state in [OutboxState.sending, .waiting, .unknown, .held, .sending] {
      let folder = folder(state)
      for name in try OutboxError.streaming({ () throws(StreamError) in try folder.names(.everything) }) {
        do throws(OutboxError) {
          let file = try OutboxFile(try open(name, in: folder), name: name.string)
          if state == .sending, entries[file.record.id] != nil { continue }
          let isDead = state == .sending && !isBusy(name, in: folder)
          if isDead, try isIncomplete(file.record.id.group) || !folder.contains(name) { continue }
          entries[file.record.id] = OutboxEntry(
            record: file.record, state: isDead ? .unknown : state, octets: file.facts.octets,
            path: path.appending(state.rawValue).appending(name))
        } catch .damaged(_, let reason) {
          damaged.append(OutboxDamage(path: path.appending(state.rawValue).appending(name), reason: reason))
        } catch .stream(.system(.noSuchFileOrDirectory, _, _)) {
          // It was settled meanwhile.
        }
      }
    }
    let sorted = entries.values.sorted {
      ($0.record.time, $0.id.group, $0.id.part) < ($1.record.time, $1.id.group, $1.id.part)
    }
    return OutboxListing(
      entries: sorted, damaged: Set(damaged).sorted { $0.path.string < $1.path.string },
      incomplete: try incompleteMessages())
  }
}

// MARK: The files, for whoever changes them

extension Outbox {
  /// The open folder of a state.
  func folder(_ state: OutboxState) -> Folder {
    guard let folder = folders[state] else { preconditionFailure("every state has its folder") }
    return folder
  }

  /// Where the file of an entry is in a state.
  func file(_ id: OutboxID, in state: OutboxState) -> FilePath {
    path.appending(state.rawValue).appending(id.fileName)
  }

  /// Writes an entry where it belongs: complete on the disk before it has its name.
  func write(_ record: OutboxRecord, _ message: SubmittableMessage, into state: OutboxState) throws(OutboxError) {
    _ = try OutboxError.streaming { () throws(StreamError) in
      try write(
        record, message,
        to: try OutputFile(file(record.id, in: state), policy: .replace, stagedIn: path.appending("tmp")))
    }
  }

  /// Writes an entry into a file that has no name yet, and gives it that.
  func write(
    _ record: OutboxRecord, _ message: SubmittableMessage, to output: OutputFile
  ) throws(StreamError) {
    precondition(message.protection != .clear, "the outbox takes no clear text")
    let store = message.bytes
    let facts = OutboxRecord.MessageFacts(octets: store.count, digest: try MessageDigest.hex(of: store.source()))
    try output.write(Array(record.head(facts).utf8))
    try store.source().copy(to: output)
    try output.finish()
  }

  /// A regular file of the outbox; whatever else lies there is damage.
  private func open(_ name: FilePath.Component, in folder: Folder) throws(OutboxError) -> ByteStore {
    do throws(StreamError) { return try folder.open(name) } catch {
      switch error {
      case .system(.tooManySymbolicLinkLevels, _, _), .system(.invalidArgument, _, _):
        throw .damaged(name: name.string, "it is no regular file")
      default: throw .stream(error)
      }
    }
  }

  /// Whether a run is at work on a file.
  func isBusy(_ name: FilePath.Component, in folder: Folder) -> Bool {
    folder.contains(name) && ((try? HeldFile.open(name, in: folder)) ?? nil) == nil
  }
}
