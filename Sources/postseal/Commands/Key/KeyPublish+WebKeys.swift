import ByteStreams
import GPGME
import MIME
import OpenPGPPackets
import SystemPackage

extension KeyPublish {
  /// Writes a file for each address that is meant, by both methods that clients use, and gives the places.
  ///
  /// - Throws: `Failure` 32 for a certificate that nobody can use, 64 for one without an address; `StreamError`, `GPGMEError`.
  func write(
    _ certificate: Certificate, below folder: String, on session: Session, with gpg: inout Context
  ) throws -> [JSONValue] {
    if let problem = certificate.problem(for: .encryption, at: session.now), problem != .revoked {
      throw Failure(
        .unusableCertificate, "not published: certificate \(certificate.fingerprint.short) \(problem.words)",
        hint: "name another, or mend it first: `postseal key show \(certificate.fingerprint.hex)`")
    }
    let addresses = try addresses(of: certificate)
    guard !addresses.isEmpty else {
      throw Failure(.usage, "certificate \(certificate.fingerprint.short) has no user ID with an address")
    }
    let block = try gpg.keyblock(of: certificate)
    var places: [JSONValue] = []
    for address in addresses {
      let file = block.keepingUserIDs { userID in
        UserID.address(in: String(decoding: userID, as: UTF8.self)).flatMap { try? AddrSpec($0) }
          .map { $0.matches(address, localPart: .ignoringASCIICase) } == true
      }
      let name = WebKeyName.hash(ofLocalPart: address.localPart)
      for method in ["\(address.domain)/hu", "hu"] {
        let path = FilePath(folder).pushing(FilePath(".well-known/openpgpkey/\(method)/\(name)"))
        if !dryRun { try write(file.bytes, to: path) }
        session.console.note("\(dryRun ? "would write" : "wrote") \(path.string), for \(address.text)")
        places.append(
          .members(["kind": .string("wkd"), "name": .string(path.string), "address": .string(address.text)]))
      }
    }
    return dryRun ? [] : places
  }

  /// The address that was named, or all that the certificate has.
  private func addresses(of certificate: Certificate) throws -> [AddrSpec] {
    if case .address(let text)? = name { return [try AddrSpec(text)] }
    let all = certificate.userIDs.filter(\.isUsable).compactMap { $0.address.flatMap { try? AddrSpec($0) } }
    var seen: Set<AddrSpec> = []
    return all.filter { seen.insert($0).inserted }
  }

  /// Writes one file for a web server to read, and the policy file that clients look for.
  private func write(_ bytes: [UInt8], to path: FilePath) throws {
    let folder = path.removingLastComponent()
    try Self.makeFolder(folder)
    let output = try OutputFile(path, policy: .replace, mode: 0o644)
    try ArraySource(bytes).copy(to: output)
    try output.finish()
    let policy = folder.removingLastComponent().appending("policy")
    // What its operator wrote there stays.
    if !Folders.holdsFile(policy) { try OutputFile(policy, policy: .neverReplace, mode: 0o644).finish() }
  }

  private static func makeFolder(_ path: FilePath) throws(StreamError) {
    if path.isEmpty || Folders.exists(path) { return }
    try makeFolder(path.removingLastComponent())
    try Folders.create(path, mode: 0o755)
  }
}
