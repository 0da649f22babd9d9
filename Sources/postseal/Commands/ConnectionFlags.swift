import ArgumentParser
import ByteStreams
import MailTransport
import SystemPackage

/// How a server is reached, for this run alone.
struct ConnectionFlags: ParsableArguments {
  @Flag(help: "Allow a URL without TLS to another machine: everybody on the way can read and change everything.")
  var insecure = false

  @Option(help: ArgumentHelp("Trust the certificates of this file instead of the system's.", valueName: "file"))
  var caFile: String?

  @Option(
    help: ArgumentHelp(
      "Refuse a server without this public key, whoever vouches for it; several with \";\" between them.",
      valueName: "sha256//hash"))
  var pinnedKey: String?

  @Option(help: ArgumentHelp("Show the server this certificate (PEM).", valueName: "file"))
  var clientCertificate: String?

  @Option(help: ArgumentHelp("The key of the client certificate, where it is in a file of its own.", valueName: "file"))
  var clientKey: String?

  @Option(
    help: ArgumentHelp(
      "Read what unlocks the client's key from this descriptor, up to its first line end.", valueName: "n"))
  var clientKeyFD: Int32?

  @Option(
    help: ArgumentHelp(
      "Reach the server through this proxy, which also resolves its name: socks5h://HOST:PORT, http://HOST:PORT, or none.",
      valueName: "url"))
  var proxy: String?

  @Option(help: ArgumentHelp("Wait no longer than this for a word of the server.", valueName: "seconds"))
  var timeout: Int?

  @Option(
    help: ArgumentHelp("Read the server's password from this descriptor, up to its first line end.", valueName: "n"))
  var passwordFD: Int32?

  @Option(help: ArgumentHelp("The same for an OAuth 2.0 access token.", valueName: "n"))
  var tokenFD: Int32?

  mutating func validate() throws {
    if passwordFD != nil, tokenFD != nil { throw ValidationError("--password-fd and --token-fd exclude each other.") }
    if clientCertificate == nil, clientKey != nil || clientKeyFD != nil {
      throw ValidationError("--client-key and --client-key-fd want a --client-certificate.")
    }
    if let timeout, !(1...3600).contains(timeout) { throw ValidationError("--timeout wants 1 to 3600 seconds.") }
    try OptionValue.check("--pinned-key") { _ = try pinnedKey.map { try PinnedKey.list(parsing: $0) } }
    try OptionValue.check("--proxy") { _ = try proxy.map { try ProxyChoice(parsing: $0) } }
  }

  /// Refuses files that are not there.
  ///
  /// Not for `sendmail`, which keeps what it cannot send.
  func checkFiles() throws(ValidationError) {
    for (option, file) in [
      ("--ca-file", caFile), ("--client-certificate", clientCertificate), ("--client-key", clientKey),
    ] {
      try OptionValue.checkIsThere(option, file)
      // It is not opened: that of a named pipe can be done once.
      if let file, (try? FilePath(file).stat()) == nil {
        throw ValidationError("\(option): there is no file \(file).")
      }
    }
  }

  /// What was said.
  ///
  /// - Throws: `TransportError.target`.
  var choice: ConnectionChoice {
    get throws(TransportError) {
      var choice = ConnectionChoice()
      choice.plaintext = insecure ? .anyHost : .loopbackOnly
      choice.caFile = caFile
      choice.pinnedKeys = try pinnedKey.map { text throws(TransportError) in try PinnedKey.list(parsing: text) } ?? []
      choice.clientCertificate = clientCertificate
      choice.clientKey = clientKey
      choice.clientKeyDescriptor = clientKeyFD
      choice.proxy = try proxy.map { text throws(TransportError) in try ProxyChoice(parsing: text) }
      choice.timeout = timeout
      choice.secret = passwordFD.map { .password($0) } ?? tokenFD.map { .token($0) }
      return choice
    }
  }
}

extension ConnectionFlags {
  /// Whether anything was said that only a mail server understands.
  var isAboutMail: Bool {
    insecure || passwordFD != nil || tokenFD != nil
      || [caFile, pinnedKey, clientCertificate, proxy].contains { $0 != nil }
  }

  /// What was said and can be written down.
  struct Words {
    var caFile: String?
    var pinnedKey: String?
    var clientCertificate: String?
    var clientKey: String?
    var proxy: String?
    var timeout: Int?
  }

  /// What was said and can be written down; files by their whole paths.
  var words: Words {
    Words(
      caFile: caFile.map(Self.whole), pinnedKey: pinnedKey, clientCertificate: clientCertificate.map(Self.whole),
      clientKey: clientKey.map(Self.whole), proxy: proxy, timeout: timeout)
  }

  private static func whole(_ path: String) -> String {
    (try? Folders.resolved(FilePath(path)).string) ?? path
  }
}

/// How a server is reached, as far as a run says it; the account says the rest.
struct ConnectionChoice: Sendable {
  /// The descriptor that a secret comes by.
  enum Secret: Sendable {
    case password(Int32)
    case token(Int32)
  }

  var plaintext = PlaintextPermission.loopbackOnly
  var caFile: String?
  var pinnedKeys: [PinnedKey] = []
  var clientCertificate: String?
  var clientKey: String?
  var clientKeyDescriptor: Int32?
  var proxy: ProxyChoice?
  var timeout: Int?
  var secret: Secret?

  /// What of it is meant for every server of a run; secrets, keys and certificates are one server's.
  var forEveryServer: ConnectionChoice {
    var choice = ConnectionChoice()
    choice.plaintext = plaintext
    choice.caFile = caFile
    choice.proxy = proxy
    choice.timeout = timeout
    return choice
  }
}
