import MIME
import MailTransport
import SealedMail

/// Who sends mail that a program hands over, and by which account: a program's command line seldom says it.
///
/// The account is the one that `--account` names, else the one that writes as the From address, else as that of `-f`, else the default
/// one. A name without a domain, such as cron's `root`, never decides more than the name that is shown: it stands for the address with
/// `local-domain` where an account writes as that, else for the account's own first address.
struct SendmailSender {
  /// The From field to write; nil to leave the message's own as it is.
  let from: Mailbox?
  /// The one From address.
  let address: AddrSpec
  let reversePath: Envelope.ReversePath
  let account: Configuration.Account?

  /// - Parameters:
  ///   - senders: the mailboxes of the message's From field.
  ///   - named: the account that was named beside it all.
  /// - Throws: `SealError.sender`, `.localNames`; `MIMEError` and `TransportError.envelope` for the address of `-f`.
  init(
    of senders: [Mailbox], _ arguments: SendmailArguments, named: Configuration.Account?,
    in configuration: Configuration, names: LocalNames
  ) throws {
    guard senders.count <= 1 else { throw SealError.sender(count: senders.count) }
    let chooser = Chooser(named: named, configuration: configuration, names: names)
    let path = try arguments.reversePath.map { try Self.path($0, chooser) }
    let author = try senders.first.map { try chooser.mailbox($0) } ?? Self.author(path, arguments.fullName, chooser)
    guard let author else { throw SealError.sender(count: 0) }
    from = author == senders.first ? nil : author
    address = author.address
    reversePath = path ?? .address(author.address)
    account = named ?? chooser.account(for: author.address, or: path?.address) ?? chooser.fallback
    // It is looked at now, before anything is sealed.
    _ = try Envelope(from: reversePath, to: [address])
  }

  /// The argument of `-f`: nothing, or one address.
  private static func path(_ text: String, _ chooser: Chooser) throws -> Envelope.ReversePath {
    if text.isEmpty || text == "<>" { return .null }
    let mailboxes = try AddressList(text, localDomain: LocalNames.placeholder).mailboxes
    guard mailboxes.count == 1 else { throw MIMEError.malformed(.address, text: text) }
    return .address(try chooser.mailbox(mailboxes[0]).address)
  }

  /// Who wrote a message that does not say it: the address of `-f`, else the account's own; with the name of `-F`.
  private static func author(
    _ path: Envelope.ReversePath?, _ fullName: String?, _ chooser: Chooser
  ) throws(MIMEError) -> Mailbox? {
    let own = (chooser.account(for: path?.address, or: nil) ?? chooser.fallback)?.mailboxes ?? []
    guard let address = path?.address ?? own.first?.address else { return nil }
    let name = fullName.flatMap { $0.isEmpty ? nil : $0 } ?? own.first { $0.address == address }?.displayName
    return try Mailbox(address, displayName: name)
  }

  /// Finds accounts and addresses.
  private struct Chooser {
    let named: Configuration.Account?
    let configuration: Configuration
    let names: LocalNames

    /// The account for whoever has none of their own.
    var fallback: Configuration.Account? { named ?? configuration.account(named: nil) }

    /// The account that writes as one of the addresses; of several the default one, else the first.
    func account(for first: AddrSpec?, or second: AddrSpec?) -> Configuration.Account? {
      if let named { return named }
      for address in [first, second].compactMap(\.self) {
        let own = configuration.accounts.filter { $0.writes(as: address) }
        if let account = own.first(where: { $0.name == configuration.defaultAccount }) ?? own.first { return account }
      }
      return nil
    }

    /// The mailbox as it can be written: with a domain.
    func mailbox(_ mailbox: Mailbox) throws -> Mailbox {
      guard mailbox.address.isLocalName else { return mailbox }
      let whole = try names.domain.map {
        try Mailbox(AddrSpec(localPart: mailbox.address.localPart, domain: $0), displayName: mailbox.displayName)
      }
      if let whole, account(for: whole.address, or: nil)?.writes(as: whole.address) == true { return whole }
      if let own = fallback?.mailboxes.first {
        return try Mailbox(own.address, displayName: mailbox.displayName ?? own.displayName)
      }
      guard let whole else { throw SealError.localNames([mailbox.address.localPart]) }
      return whole
    }
  }
}

extension Envelope.ReversePath {
  fileprivate var address: AddrSpec? { if case .address(let address) = self { address } else { nil } }
}
