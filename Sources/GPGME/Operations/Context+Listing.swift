import CGPGME
package import OpenPGPPackets

/// Which part of a keyring is listed.
package enum KeyringPart: Sendable {
  /// All certificates.
  case certificates
  /// All certificates, without a word on which secret keys are here: no gpg-agent is needed or started for it.
  case publicParts
  /// Only certificates of which a secret part is here.
  case secretKeys
}

/// What a listing finds out beside what it always does.
///
/// Each costs time.
package struct ListingDetail: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Certifications on each user ID, checked by GnuPG.
  package static let certifications = ListingDetail(rawValue: 1)
}

extension Context {
  /// Everything in the keyring, in its order.
  ///
  /// gpg would ask gpg-agent about every key whether its secret part is here. So the agent is asked once which it has, and gpg about
  /// those alone; an agent that does not tell is asked about every key after all.
  /// GPGME: `gpgme_op_keylist_start`
  package mutating func certificates(
    in part: KeyringPart = .certificates, detail: ListingDetail = []
  ) throws(GPGMEError) -> [Certificate] {
    guard part == .certificates, let keygrips = secretKeygrips() else { return try list(nil, in: part, detail: detail) }
    let all = try list(nil, in: part, detail: detail, asksForSecrets: false)
    let own = try list(keygrips.map { "&\($0)" }, in: part, detail: detail)
    let byFingerprint = Dictionary(own.map { ($0.fingerprint, $0) }) { first, _ in first }
    return all.map { byFingerprint[$0.fingerprint] ?? $0 }
  }

  /// gpg-agent's names for all keys that it has; nil when it does not tell, as one on another machine.
  private borrowing func secretKeygrips() -> [String]? {
    guard let lines = askAgent(["KEYINFO --list"])?.split(separator: "\n"), lines.last == "OK" else { return nil }
    return lines.compactMap { line in
      let fields = line.split(separator: " ")
      return fields.count > 2 && fields[1] == "KEYINFO" ? String(fields[2]) : nil
    }.sorted()
  }

  /// The certificates that have these keys, as primary keys or subkeys; those that are not in the keyring are left out.
  ///
  /// In the keyring's order, each once. An empty list gives an empty list without asking gpg.
  /// GPGME: `gpgme_op_keylist_ext_start`
  package mutating func certificates(
    with fingerprints: [Fingerprint], in part: KeyringPart = .certificates, detail: ListingDetail = []
  ) throws(GPGMEError) -> [Certificate] {
    let wanted = Set(fingerprints)
    return try list(wanted.map(\.hex).sorted(), in: part, detail: detail)
      .filter { $0.subkeys.contains { wanted.contains($0.fingerprint) } }
  }

  /// The certificates whose primary keys have these key IDs: who claims to have certified something.
  ///
  /// Anybody can make a key with a given key ID: only a certification that GnuPG checked is by one of these.
  /// GPGME: `gpgme_op_keylist_ext_start`
  package mutating func certificates(withKeyIDs keyIDs: Set<KeyID>) throws(GPGMEError) -> [Certificate] {
    try list(keyIDs.map { "0x\($0)" }.sorted(), in: .certificates, detail: []).filter { keyIDs.contains($0.keyID) }
  }

  /// The certificate with this primary key or subkey.
  ///
  /// - Throws: `.notFound`.
  package mutating func certificate(
    with fingerprint: Fingerprint, in part: KeyringPart = .certificates, detail: ListingDetail = []
  ) throws(GPGMEError) -> Certificate {
    guard let found = try certificates(with: [fingerprint], in: part, detail: detail).first else {
      throw GPGMEError(.list, subject: fingerprint.hex, cause: .notFound)
    }
    return found
  }

  /// For each address, in order, the certificates that are named by exactly that address (``Certificate/isNamed(_:)``); found in one listing.
  ///
  /// gpg itself matches too much (parts of addresses, addresses inside names, everything for an empty pattern), so its findings are
  /// only candidates. Where the local part fits letter by letter, certificates that differ in case are left out. Expired, revoked and
  /// otherwise unusable certificates are among the results: see ``Certificate/problem(for:at:)``. A text that is no address has none.
  /// GPGME: `gpgme_op_keylist_ext_start`
  package mutating func certificates(
    for addresses: [String], in part: KeyringPart = .certificates, detail: ListingDetail = []
  ) throws(GPGMEError) -> [[Certificate]] {
    let patterns = Set(addresses.filter(UserID.isAddress)).map { "<\($0)>" }.sorted()
    let candidates = try list(patterns, in: part, detail: detail)
    return addresses.map { address in
      let matches = candidates.filter { $0.isNamed(address) }
      let local = address.prefix { $0 != "@" }
      let exact = matches.filter { certificate in
        certificate.userIDs(for: address).contains { $0.address?.prefix { $0 != "@" } == local }
      }
      return exact.isEmpty ? matches : exact
    }
  }

  /// Everything that gpg itself finds for an address, what it matches too much included: to tell why that is not taken.
  ///
  /// GPGME: `gpgme_op_keylist_ext_start`
  package mutating func certificates(near address: String) throws(GPGMEError) -> [Certificate] {
    try list(UserID.isAddress(address) ? ["<\(address)>"] : [], in: .certificates, detail: [])
  }

  /// Lists what fits any of the patterns; all for nil, nothing for an empty list.
  private mutating func list(
    _ patterns: [String]?, in part: KeyringPart, detail: ListingDetail, asksForSecrets: Bool = true
  ) throws(GPGMEError) -> [Certificate] {
    precondition(patterns?.contains("") != true, "an empty pattern finds everything")
    var mode = GPGME_KEYLIST_MODE_LOCAL
    if asksForSecrets, part != .publicParts { mode |= GPGME_KEYLIST_MODE_WITH_SECRET }
    if detail.contains(.certifications) { mode |= GPGME_KEYLIST_MODE_SIGS }
    unsafe gpgme_set_keylist_mode(handle, gpgme_keylist_mode_t(mode))
    let secretOnly: CInt = part == .secretKeys ? 1 : 0
    guard let patterns else {
      return unsafe try listed(subject: nil) { unsafe gpgme_op_keylist_start($0, nil, secretOnly) }
    }
    var found: [Certificate] = []
    var seen: Set<Fingerprint> = []
    // An argument list has a bound of its own; 500 patterns of any sane length stay far below it.
    for start in stride(from: 0, to: patterns.count, by: 500) {
      let chunk = Array(patterns[start..<min(start + 500, patterns.count)])
      let part = unsafe try listed(subject: chunk.count == 1 ? chunk.first : nil) { context in
        unsafe withCStrings(chunk) { unsafe gpgme_op_keylist_ext_start(context, $0, secretOnly, 0) }
      }
      found += part.filter { seen.insert($0.fingerprint).inserted }
    }
    return found
  }

  /// Runs a listing and gives its keys as values; "nothing found" is not an error.
  mutating func listed(
    subject: String?, operation: GPGMEError.Operation = .list, streams: [DataBox] = [],
    start: (gpgme_ctx_t) -> gpgme_error_t
  ) throws(GPGMEError) -> [Certificate] {
    let code = unsafe try verdict(operation, subject: subject, streams: streams, start: start)
    let keys = loop.takeKeys()
    if let problem = keyringProblem { throw GPGMEError(operation, subject: subject, cause: problem) }
    switch gpgme_err_code(code) {
    case GPG_ERR_NO_ERROR, GPG_ERR_NOT_FOUND, GPG_ERR_NO_PUBKEY, GPG_ERR_NO_SECKEY, GPG_ERR_EOF:
      if keys.isEmpty, operation == .list, isKeyringUnreadable {
        throw GPGMEError(operation, subject: subject, cause: .engine(.keyringUnreadable))
      }
      return keys.compactMap(Certificate.init)
    default:
      throw GPGMEError(operation, subject: subject, cause: cause(of: code))
    }
  }
}
