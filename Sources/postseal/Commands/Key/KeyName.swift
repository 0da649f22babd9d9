import ArgumentParser
import GPGME

/// How a certificate is named on the command line: by its whole fingerprint, or by an address that one of its user IDs has.
enum KeyName: ExpressibleByArgument, Sendable {
  case fingerprint(Fingerprint)
  case address(String)

  /// Nil for key IDs, which anybody can forge, and for names that are neither.
  init?(argument: String) {
    if let fingerprint = Fingerprint(argument) {
      self = .fingerprint(fingerprint)
    } else if argument.contains("@") {
      self = .address(argument)
    } else {
      return nil
    }
  }

  /// The name as it was given.
  var text: String {
    switch self {
    case .fingerprint(let fingerprint): fingerprint.hex
    case .address(let address): address
    }
  }

  /// The address; nil for a fingerprint.
  var address: String? {
    guard case .address(let address) = self else { return nil }
    return address
  }

  /// Every certificate that has this name.
  ///
  /// - Throws: `GPGMEError`.
  func certificates(
    in part: KeyringPart, detail: ListingDetail = [], with gpg: inout Context
  ) throws(GPGMEError) -> [Certificate] {
    switch self {
    case .fingerprint(let fingerprint): try gpg.certificates(with: [fingerprint], in: part, detail: detail)
    case .address(let address): try gpg.certificates(for: [address], in: part, detail: detail).flatMap(\.self)
    }
  }

  /// The one certificate that has this name.
  ///
  /// - Throws: `GPGMEError`; `Failure` 30 when there is none and 64 when there are several.
  func certificate(in part: KeyringPart, detail: ListingDetail = [], with gpg: inout Context) throws -> Certificate {
    try one(of: certificates(in: part, detail: detail, with: &gpg))
  }

  /// The one certificate that has this name, with its certifications; of several the only one that `isMeant`.
  ///
  /// - Throws: as ``certificate(in:detail:with:)``.
  func certificate(with gpg: inout Context, where isMeant: (Certificate) -> Bool) throws -> Certificate {
    let found = try certificates(in: .certificates, detail: .certifications, with: &gpg)
    let meant = found.filter(isMeant)
    return try one(of: meant.count == 1 ? meant : found)
  }

  private func one(of found: [Certificate]) throws(Failure) -> Certificate {
    switch found.count {
    case 1: return found[0]
    case 0: throw Failure.noCertificate(text)
    default:
      throw Failure(
        .usage, "several certificates have the name \(text)",
        hint: "name one: " + found.map(\.fingerprint.hex).joined(separator: ", "))
    }
  }
}

extension Failure {
  /// Nothing in the keyring has the name; only the keyring was looked at.
  static func noCertificate(_ name: String) -> Failure {
    Failure(
      .noCertificate, "no certificate for \(name) in your keyring, and nowhere else was looked",
      hint:
        "ask others with `postseal key find --all \(ShellWord.quoted(name))`, which tells them whom you look for",
      "get it from its owner, then `postseal key import FILE`")
  }

  /// Nothing in the keyring has the name by which an own key was called.
  static func noOwnKey(_ name: String) -> Failure {
    Failure(
      .noCertificate, "no key for \(name) in your keyring",
      hint: "see your own keys with `postseal key list --secret`")
  }
}
