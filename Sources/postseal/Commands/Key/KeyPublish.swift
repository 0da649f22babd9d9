import ArgumentParser
import GPGME
import SealedMail

/// `postseal key publish`.
struct KeyPublish: Command {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Give a certificate to a key server or to a web key directory.",
    discussion: """
      A key server keeps what it was given for good: name, addresses, and that the key exists. Somebody else's certificate is \
      given only to a server that has it already. Certifications by others and your own local ones stay here. Servers that check \
      addresses (keys.openpgp.org) show a new certificate by its fingerprint only, until you follow the link in the mail that \
      they send to the address.

      With --wkd the files for a web server of your own domain are written below DIR, its root: \
      .well-known/openpgpkey/DOMAIN/ for a host openpgpkey.DOMAIN, and .well-known/openpgpkey/ for DOMAIN itself. Each file holds \
      one address's user ID alone. An address as KEY publishes that one, a fingerprint every address of the certificate.

      With --wks the service of the address's domain, where its web key directory names one, is asked by a sealed mail, which goes \
      the way of `postseal send`, with its connection options. The service answers with a mail that asks for a confirmation: --wks-confirm reads that mail and \
      sends the answer. GnuPG's gpg-wks-client makes both mails, and puts the service's certificate into your keyring.
      """)

  static let examples = [
    "postseal key publish --server hkps://keys.openpgp.org alice@example.org",
    "postseal key publish --wkd /var/www/openpgpkey alice@example.org",
  ]

  @Argument(help: "An address, or a whole fingerprint.")
  var name: KeyName?

  @Flag(help: "Give it to the key server of gpg.conf or dirmngr.conf.")
  var keyserver = false

  @Option(help: ArgumentHelp("Give it to this key server, such as hkps://keys.openpgp.org.", valueName: "url"))
  var server: String?

  @Option(help: ArgumentHelp("Write the files of a web key directory below this folder.", valueName: "dir"))
  var wkd: String?

  @Flag(help: "Ask the web key service of the address's domain to publish it.")
  var wks = false

  @Option(
    help: ArgumentHelp("Answer this mail, by which a web key service asks for a confirmation.", valueName: "mail"))
  var wksConfirm: String?

  @Option(help: ArgumentHelp("Submit mail through this server, program or folder.", valueName: "url"))
  var via: String?

  @Flag(help: "Publish without asking.")
  var yes = false

  @Flag(help: "Show what would be published, and publish nothing.")
  var dryRun = false

  @OptionGroup(title: "Connection Options") var connection: ConnectionFlags
  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func validate() throws {
    try connection.checkFiles()
    let isToServer = keyserver || server != nil
    guard [isToServer, wkd != nil, wks, wksConfirm != nil].count(where: \.self) == 1 else {
      throw ValidationError("Say where, one of: --keyserver or --server URL, --wkd DIR, --wks, --wks-confirm MAIL.")
    }
    if (name == nil) != (wksConfirm != nil) {
      throw ValidationError("Name one certificate, or with --wks-confirm none.")
    }
    if let server, KeyServer(server) == nil {
      throw ValidationError("--server wants a URL such as hkps://keys.openpgp.org.")
    }
    if wkd == "" { throw ValidationError("--wkd must not be empty.") }
    // A key server is reached by dirmngr, with its own settings.
    if !wks, wksConfirm == nil, via != nil || connection.isAboutMail {
      throw ValidationError(
        "Of the options of a connection only --timeout goes without --wks and --wks-confirm, which send mail.")
    }
  }

  /// How long a key server may take to answer, in seconds, where nobody says it.
  private static let patience = 30

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    if let wksConfirm { return try await confirm(wksConfirm, on: session, with: gpg) }
    guard let certificate = try name?.certificate(in: .certificates, with: &gpg) else { return .usage }
    if wks { return try await ask(certificate, on: session, with: gpg) }
    var places: [JSONValue] = []
    if let wkd {
      places = try write(certificate, below: wkd, on: session, with: &gpg)
    } else if let place = try upload(certificate, on: session, with: &gpg) {
      places = [place.json]
    }
    if session.console.format == .json {
      try session.console.report(
        .report(["fingerprint": .string(certificate.fingerprint.hex), "published": .array(places)]))
    }
    return .done
  }

  /// Gives it to the key server and looks what became of it; nil in a dry run.
  private func upload(
    _ certificate: Certificate, on session: Session, with gpg: inout Context
  ) throws -> KeyDirectory? {
    let limits = NetworkLimits(time: .seconds(connection.timeout ?? Self.patience))
    guard let server = try server.flatMap({ KeyServer($0) }) ?? gpg.usualKeyServer(limits: limits) else {
      throw Failure(.configuration, "no key server is configured", hint: "name one with `--server URL`")
    }
    let place = KeyDirectory.server(server)
    session.console.explain(CertificateReport(certificate: certificate, now: session.now).lines())
    if !certificate.hasSecret {
      session.console.note("asking \(place.words) whether it has the certificate, which is not your own")
      guard try gpg.lookUp(certificate.fingerprint, at: server, limits: limits) != nil else {
        throw Failure(
          .badVerdict,
          "not published: certificate \(certificate.fingerprint.short) is somebody else's, and \(place.words) does not have it",
          hint: "whether it is public is for its owner to decide: ask them to publish it")
      }
    }
    if dryRun {
      session.console.note("would give it to \(place.words)")
      return nil
    }
    if !yes {
      try Question.confirm(
        "Give this certificate to \(place.words), for good and for everybody?", on: session.console, options: options,
        otherwise: "add `--yes`")
    }
    let block = try gpg.keyblock(of: certificate)
    try gpg.publish(block, to: server, limits: limits)
    tell(certificate, at: server, as: try gpg.lookUp(certificate.fingerprint, at: server, limits: limits), on: session)
    return place
  }

  /// Says what the server shows now.
  private func tell(
    _ certificate: Certificate, at server: KeyServer, as shown: FoundCertificate?, on session: Session
  ) {
    let place = KeyDirectory.server(server).words
    guard let shown else {
      session.console.note("\(place) took it, and does not show it yet: look later with `postseal key find`")
      return
    }
    session.console.note("published: \(place) has \(certificate.fingerprint.short) now")
    let missing = certificate.userIDs.filter { userID in
      userID.isUsable && !shown.certificate.userIDs.contains { $0.text == userID.text }
    }
    guard !missing.isEmpty else { return }
    session.console.note(
      "it is not shown there for \(missing.map(\.text).joined(separator: ", ")): follow the link in the mail that the server "
        + "sends to the address; where none comes, ask for it at https://\(server.host)")
  }
}
