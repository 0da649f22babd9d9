import MIME
import SealedMail

/// What the configuration file says, checked; the default values are those of a machine without a file.
struct Configuration: Equatable, Sendable {
  /// The account used when none is named: its name in `accounts`.
  var defaultAccount: String?
  var crypto = Crypto()
  /// Protection by recipient; the first rule that matches wins.
  var rules: [Rule] = []
  /// Certificates for addresses that no user ID of theirs names.
  var keys: [Key] = []
  var accounts: [Account] = []
  /// The domain of this machine's users, whom programs name without one; nil for none.
  var localDomain: String?
  /// The mailboxes that a name without a domain stands for.
  var aliases: [String: [String]] = [:]
  var filter = Filter()

  /// `[crypto]`.
  struct Crypto: Equatable, Sendable {
    var headerProtection = HeaderProtection.baseline
    /// Where `key find` and `key refresh` look when no option says it.
    var locate: [Location] = [.local]
  }

  /// Which headers a sealed message hides.
  ///
  /// Source: RFC 9788 §3.2.
  enum HeaderProtection: String, CaseIterable, Sendable {
    case baseline, shy
  }

  /// A place that may know certificates.
  ///
  /// Each but the keyring tells somebody whom you write to.
  enum Location: String, CaseIterable, Sendable {
    case local
    /// What senders wrote into their mail, as far as it was collected.
    case autocrypt
    case wkd, keyserver
  }

  /// `[[rule]]`.
  struct Rule: Equatable, Sendable {
    /// Addresses, or `*@domain`.
    var recipients: [AddressPattern]
    var protection: Protection
  }

  /// How a message to a recipient goes.
  enum Protection: String, CaseIterable, Sendable {
    case sealed, signed, clear
  }

  /// An entry of `[keys]`.
  struct Key: Equatable, Sendable {
    var recipient: AddressPattern
    /// 40 or 64 hexadecimal digits.
    var fingerprint: String
  }

  /// `[account.NAME]`.
  struct Account: Equatable, Sendable {
    var name: String
    /// The mailboxes this account writes as.
    var from: [String] = []
    /// The signer's fingerprint; by address when nil.
    var key: String?
    /// The URL its mail is submitted to.
    var submit: String?
    /// The URL its mail is fetched from.
    var fetch: String?
    /// The mailbox of this machine that its mail is fetched into.
    var into: String?
    /// Whether fetched mail is removed from the server.
    var deletesAfterFetch = false
    /// The URL where sent mail is kept.
    var sent: String?
    var allowsClearHeader = false
    /// How mail that programs send by it goes, where no rule says it.
    var sendmailPolicy = ProtectionPolicy.sealed
    /// Whether its mail carries an Autocrypt field, and which wish that tells; nil for none.
    var autocrypt: EncryptPreference?
    /// Whether its sealed mail tells the recipients each other's keys.
    var tellsGossip = false
    /// Where the secret for its servers comes from.
    var credential: Credential?
    /// The same for the server its mail is fetched from, where that one has another.
    var fetchCredential: Credential?
    var connection = Connection()
  }

  /// Where a password or token comes from.
  enum Credential: Equatable, Sendable {
    /// The program that prints it, with its arguments.
    case passwordCommand([String])
    case tokenCommand([String])
    /// The desktop's secret service.
    case secretService
  }

  /// A place that keeps secrets.
  enum SecretPlace: String, CaseIterable, Sendable {
    case service
  }

  /// The account called `name`, or the default one; nil when neither exists.
  func account(named name: String?) -> Account? {
    guard let name = name ?? defaultAccount else { return nil }
    return accounts.first { $0.name == name }
  }
}

/// An address of the configuration: exact, or every address of a domain (`*@domain`).
struct AddressPattern: Equatable, Sendable {
  let text: String

  /// Nil when `text` is neither `local@domain` nor `*@domain`.
  init?(_ text: String) {
    guard let at = text.lastIndex(of: "@"), at != text.startIndex, text.index(after: at) != text.endIndex,
      !text.contains(where: { $0.isWhitespace || $0 == "<" || $0 == ">" || $0 == "," })
    else { return nil }
    let local = text[..<at]
    guard local == "*" || !local.contains("*") else { return nil }
    guard (try? AddrSpec(local == "*" ? "any\(text[at...])" : text)) != nil else { return nil }
    self.text = text
  }
}
