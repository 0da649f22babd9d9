package import ByteStreams
package import SystemPackage

/// A Maildir into which mail is fetched.
///
/// A staged message is a whole file in `tmp` under the name that it will have, and appears by being renamed. Before that it gets a
/// second name in `tmp`, its witness, which stays until its delivery is noted: a message that is gone while its witness is there was
/// delivered, whatever a mail reader did with it since. Where both are gone nobody can tell: others may have cleaned `tmp`, or
/// the Maildir was removed and made anew, and then the message was lost with it.
/// Source: https://cr.yp.to/proto/maildir.html
package final class MaildirInbox: FetchDestination {
  package let path: FilePath
  private let now: Int64
  /// The end of the names of what comes from this source.
  private let mark: String
  private let temporary: Folder
  private let new: Folder
  private let current: Folder

  package let batchLimit = 32

  private static let folders = ["tmp", "new", "cur"]
  /// What the witness has behind the name of its message.
  private static let witness = ".appeared"

  /// Opens a Maildir, or makes one for its owner alone, with the folders above it that are missing.
  ///
  /// A folder that holds anything but a Maildir and its subfolders is not touched.
  /// - Parameters:
  ///   - path: absolute, so that another run from another place understands it.
  ///   - source: what the mail is fetched from, any text; only one run may fetch from it at a time.
  ///   - now: the time of the delivery, in seconds since 1970.
  /// - Throws: `notMaildir`, `stream`.
  package init(_ path: FilePath, source: String, now: Int64) throws(MailboxProblem) {
    self.path = path
    self.now = now
    let digest = MessageDigest()
    digest.update(Array(source.utf8).rawSpan)
    mark = ".fetch-\(digest.finish().prefix(12))"
    do throws(StreamError) {
      try Folders.createWhole(path)
      if !Maildir.exists(at: path) {
        let others = try Folder(path).names(.everything).filter {
          !Self.folders.contains($0.string) && !$0.string.hasPrefix(".")
        }
        guard others.isEmpty else { throw .exists(path: path.string) }
      }
      for name in Self.folders { try Folders.create(path.appending(name)) }
      (temporary, new, current) =
        (try Folder(path.appending("tmp")), try Folder(path.appending("new")), try Folder(path.appending("cur")))
    } catch .exists {
      throw .notMaildir
    } catch {
      throw .stream(error)
    }
  }

  package func begin(_ message: RemoteMessage) throws(StreamError) -> any FetchDelivery {
    let name = MaildirName.next(at: Int(now)) + mark
    let folder = path.appending("tmp")
    let file = try OutputFile(folder.appending(name), policy: .neverReplace, stagedIn: folder)
    let receipt = DeliveryReceipt(place: path.string, name: name, detail: message.flags, time: now)
    return Delivery(file: file, receipt: receipt, date: message.delivered)
  }

  package func publish(_ receipts: [DeliveryReceipt]) throws(StreamError) {
    for receipt in receipts { try appear(receipt) }
    try new.sync()
    try current.sync()
  }

  package func discard(_ receipts: [DeliveryReceipt]) {
    for receipt in receipts { temporary.remove(receipt.name) }
  }

  package func settle(_ receipt: DeliveryReceipt) throws(StreamError) -> DeliverySettlement {
    if temporary.contains(receipt.name) {
      try publish([receipt])
      return .delivered
    }
    let base = Array(receipt.name.utf8)
    for folder in [new, current] {
      if try folder.names(.files).contains(where: { MaildirFileName($0).base == base }) { return .delivered }
    }
    return temporary.contains(receipt.name + Self.witness) ? .delivered : .unknown
  }

  package func release(_ receipts: [DeliveryReceipt]) {
    for receipt in receipts { temporary.remove(receipt.name + Self.witness) }
  }

  package func tidy() throws(StreamError) {
    let ends = [mark, mark + Self.witness]
    for name in try temporary.names(.files) where ends.contains(where: name.string.hasSuffix) {
      temporary.remove(name.string)
    }
  }

  /// A message that somebody has seen is not new.
  private func appear(_ receipt: DeliveryReceipt) throws(StreamError) {
    // A file system without second names has no witnesses: there a message that is found nowhere comes again.
    try? temporary.link(receipt.name, of: temporary, to: receipt.name + Self.witness)
    if receipt.detail.isEmpty {
      try new.rename(receipt.name, of: temporary, to: receipt.name)
    } else {
      try current.rename(receipt.name, of: temporary, to: "\(receipt.name):2,\(receipt.detail)")
    }
  }

  /// A message on its way into `tmp`.
  private final class Delivery: FetchDelivery {
    private let file: OutputFile
    private let receipt: DeliveryReceipt
    private let date: Int64?
    private var content: ByteStore?

    init(file: OutputFile, receipt: DeliveryReceipt, date: Int64?) {
      self.file = file
      self.receipt = receipt
      self.date = date
    }

    func write(_ bytes: [UInt8]) throws(StreamError) { try file.write(bytes) }

    func stage() throws(StreamError) -> DeliveryReceipt {
      if let date { try file.date(to: date) }
      content = try file.store()
      try file.finish()
      return receipt
    }

    func store() throws(StreamError) -> ByteStore {
      if let content { return content }
      return try file.store()
    }
  }
}
