import MailTransport
import Synchronization

/// `read --summary` of a mailbox on an IMAP server: one line a message, by its header alone.
///
/// A verdict would need every message whole, so none is given.
struct RemoteListing {
  private let source: RetrievalSource
  private let choice: ConnectionChoice

  /// Nil for what names no mailbox of an IMAP server.
  ///
  /// - Throws: `Failure` 64.
  init?(_ name: String?, _ choice: ConnectionChoice) throws {
    guard let name, RetrievalSource.isURL(name) else { return nil }
    do throws(TransportError) {
      source = try RetrievalSource(parsing: name, plaintext: choice.plaintext)
    } catch {
      throw Failure(bringing: error)
    }
    guard source.spoken == .imap, source.uid == nil else { return nil }
    self.choice = choice
  }

  /// Refuses options that are about messages, none of which is opened.
  ///
  /// - Throws: `Failure` 64.
  func refuse(
    _ part: PartOptions, _ mailbox: MailboxOptions, _ requirements: RequirementOptions
  ) throws(Failure) {
    let isOfOne = part.part != nil || mailbox.chosen.message != nil
    let wantsVerdict =
      requirements.requireSignature || requirements.requireSigner != nil || requirements.requireEncrypted
    guard isOfOne || wantsVerdict else { return }
    throw Failure(
      .usage, "a mailbox on a server is listed by its headers, and no message of it is opened",
      hint: isOfOne
        ? "name the message by its UID: `'\(source.url)/;UID=N'`"
        : "fetch the mail with `postseal fetch`, and require it there")
  }

  /// - Throws: `Failure`, one for each way in which this fails.
  func show(in session: Session) async throws -> ExitStatus {
    let total = Mutex(0)
    let (source, console) = (source, session.console)
    let name: String
    do {
      let client = try await session.client(of: source, choice)
      name = try await Interruption.cancelling {
        try await client.heads { heads in
          total.withLock { $0 += heads.heads.count }
          let rows = heads.heads.map { RemoteRow($0, in: heads) }
          switch console.format {
          case .json: try console.report(rows.map { $0.json(source).text })
          case .text:
            guard console.detail != .quiet else { return }
            try console.report(rows.map { $0.line(columns: console.terminal.outputColumns) })
          }
        }
      }
    } catch let error as TransportError {
      throw Failure(bringing: error)
    } catch {
      throw Failure(error)?.opened(by: "not listed") ?? error
    }
    let count = total.withLock { $0 }
    let rest = count == 0 ? "" : "; open one for its verdict: `postseal read '\(source.url)/;UID=N'`"
    console.note("\(MailboxFetch.messages(count)) on \(name)\(rest)")
    return .done
  }
}
