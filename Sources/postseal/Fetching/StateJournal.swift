import ByteStreams
import MailState
import MailTransport
import SystemPackage

/// The journal of fetching from one mailbox, in the database of what lasts between runs.
///
/// While it lives no other run fetches from that mailbox.
struct StateJournal: FetchJournal {
  private let database: StateDatabase
  private let mailbox: String
  private let now: Int64
  /// Held open for its lock.
  private let lock: Folder

  /// A message that a server has not had for so long is forgotten: thirteen months.
  private static let memory: Int64 = 400 * 86_400

  /// - Parameter mailbox: what it is called in all runs.
  /// - Throws: `Failure` 75 when another run is at it, and 78; `MailStateError`, `StreamError`.
  init(_ mailbox: String, called name: String, now: Int64) throws {
    let folder = try Session.stateFolder()
    database = try StateDatabase.open(in: folder)
    let digest = MessageDigest()
    digest.update(Array(mailbox.utf8).rawSpan)
    let path = folder.appending("fetch").appending(String(digest.finish().prefix(32)))
    try Folders.createWhole(path)
    lock = try Folder(path)
    guard lock.lock() else {
      throw Failure(
        .tryAgain, "not fetched: another run fetches from \(name)", hint: "wait for its end, or stop it")
    }
    (self.mailbox, self.now) = (mailbox, now)
  }

  func record() throws -> FetchRecord {
    let (validity, messages) = try database.fetched(from: mailbox)
    var fates: [RemoteMessage.ID: FetchFate] = [:]
    for message in messages {
      guard let id = Self.id(message.id, validity) else { continue }
      switch message.state {
      case .staged:
        fates[id] = .staged(
          DeliveryReceipt(place: message.place, name: message.name, detail: message.detail, time: message.time))
      case .delivered: fates[id] = .delivered(removalIsDue: message.removalIsDue)
      case .passed: fates[id] = .passed
      }
    }
    return FetchRecord(validity: validity, fates: fates)
  }

  func begin(validity: UInt32) throws { try database.beginFetching(from: mailbox, validity: validity) }

  func stage(_ messages: [StagedMessage]) throws {
    try database.keep(
      messages.map { message in
        FetchedMessage(
          id: Self.text(message.id), state: .staged, place: message.receipt.place, name: message.receipt.name,
          detail: message.receipt.detail, time: message.receipt.time)
      }, of: mailbox)
  }

  func noteDelivered(_ ids: [RemoteMessage.ID], removalIsDue: Bool) throws {
    try keep(ids, .delivered, removalIsDue: removalIsDue)
  }

  func forget(_ ids: [RemoteMessage.ID]) throws { try database.forgetFetched(ids.map(Self.text), of: mailbox) }

  func pass(_ ids: [RemoteMessage.ID]) throws { try keep(ids, .passed) }

  func noteRemoved(_ ids: [RemoteMessage.ID]) throws { try keep(ids, .delivered) }

  func noteListing(_ ids: [RemoteMessage.ID]) throws {
    try database.noteListing(
      Set(ids.map(Self.text)), of: mailbox, at: now, forgettingBefore: now - Self.memory)
  }

  private func keep(_ ids: [RemoteMessage.ID], _ state: FetchedMessage.State, removalIsDue: Bool = false) throws {
    try database.keep(
      ids.map { FetchedMessage(id: Self.text($0), state: state, time: now, removalIsDue: removalIsDue) }, of: mailbox)
  }

  /// The id as it is kept.
  static func text(_ id: RemoteMessage.ID) -> String {
    switch id {
    case .uid(let uid, _): String(uid)
    case .uidl(let text): text
    }
  }

  private static func id(_ text: String, _ validity: UInt32?) -> RemoteMessage.ID? {
    guard let validity else { return .uidl(text) }
    return UInt32(text).map { .uid($0, validity: validity) }
  }
}
