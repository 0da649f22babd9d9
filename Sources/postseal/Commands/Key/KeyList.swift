import ArgumentParser
import GPGME

/// `postseal key list`.
struct KeyList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the certificates of your keyring.",
    discussion: "All of them, or those that have one of the addresses or fingerprints.")

  static let examples = ["postseal key list bob@example.org", "postseal key list --secret --expiring 30d"]

  @Argument(help: "Addresses, or whole fingerprints.")
  var names: [KeyName] = []

  @Flag(help: "Only your own keys.")
  var secret = false

  @Option(
    help: ArgumentHelp("Only those that expire within this time (30d, 1y), or have expired.", valueName: "time"))
  var expiring: KeyNew.Lifetime?

  @OptionGroup(title: "Common Options") var options: GlobalOptions

  func perform() async throws -> ExitStatus {
    let session = try Session(options)
    var gpg = try session.gpg()
    var certificates = try found(with: &gpg)
    if let seconds = expiring?.seconds {
      certificates.removeAll { !$0.hasExpired(at: session.now + seconds) }
    }
    if certificates.isEmpty { session.console.note(nothing) }
    try session.list(try Self.withAcceptances(certificates, with: &gpg), for: names.compactMap(\.address))
    return .done
  }

  /// Why the list is empty, and what fills it.
  private var nothing: String {
    if let expiring { return "none of them has expired or expires within \(expiring)" }
    return secret
      ? "you have no key of your own: make one with `postseal key new \"Name <address>\"`"
      : "your keyring is empty: `postseal key new \"Name <address>\"` makes a key, `postseal key import FILE` takes one in"
  }

  /// What is listed, without certifications, which cost gpg the most time.
  private func found(with gpg: inout Context) throws -> [Certificate] {
    let part: KeyringPart = secret ? .secretKeys : .certificates
    guard !names.isEmpty else { return try gpg.certificates(in: part) }
    var addresses: [String] = []
    var fingerprints: [Fingerprint] = []
    for name in names {
      switch name {
      case .address(let address): addresses.append(address)
      case .fingerprint(let fingerprint): fingerprints.append(fingerprint)
      }
    }
    let byAddress = try gpg.certificates(for: addresses, in: part)
    if let missing = zip(addresses, byAddress).first(where: { $1.isEmpty }) { throw Failure.noCertificate(missing.0) }
    let byFingerprint = try gpg.certificates(with: fingerprints, in: part)
    let missing = fingerprints.first { wanted in
      !byFingerprint.contains { $0.subkeys.contains { $0.fingerprint == wanted } }
    }
    if let missing { throw Failure.noCertificate(missing.hex) }
    var seen: Set<Fingerprint> = []
    return (byAddress.flatMap(\.self) + byFingerprint).filter { seen.insert($0.fingerprint).inserted }
  }

  /// The same, those that the person may have accepted with their certifications.
  private static func withAcceptances(
    _ certificates: [Certificate], with gpg: inout Context
  ) throws(GPGMEError) -> [Certificate] {
    let valid = certificates.filter { certificate in
      !certificate.hasSecret && certificate.userIDs.contains { $0.isUsable && $0.validity >= .full }
    }
    let detailed = try gpg.certificates(with: valid.map(\.fingerprint), detail: .certifications)
    let byFingerprint = Dictionary(detailed.map { ($0.fingerprint, $0) }) { first, _ in first }
    return certificates.map { byFingerprint[$0.fingerprint] ?? $0 }
  }

  func validate() throws {
    if case .never = expiring { throw ValidationError("--expiring takes a number of days (30d) or years (1y).") }
  }
}

extension Certificate {
  /// Whether at that time nobody can encrypt to it any more, or its owner cannot sign, because a date has passed.
  fileprivate func hasExpired(at time: Int64) -> Bool {
    [KeyUse.encryption, .signing].contains { use in
      switch problem(for: use, at: time) {
      case .expired, .keyExpired: true
      default: false
      }
    }
  }
}
