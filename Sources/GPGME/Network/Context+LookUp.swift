import ByteStreams
package import OpenPGPPackets

extension Context {
  /// The key server that is asked when none is named: that of gpg.conf, else dirmngr's.
  ///
  /// - Throws: `.network`, `.cancelled`.
  package borrowing func usualKeyServer(limits: NetworkLimits) throws(GPGMEError) -> KeyServer? {
    let lines = ConfigurationFile.lines(home: configuration.home).filter { $0.option == "keyserver" }
    if let named = lines.last?.value.split(separator: " ").first.flatMap({ KeyServer(String($0)) }) { return named }
    let answers = try askDirmngr(["KEYSERVER"], limits: limits, for: .lookUp, subject: "the key server")
    return answers.first?.servers.lazy.compactMap { KeyServer($0) }.first
  }

  /// The certificates that a place gives for an address, with the user IDs of that address alone; nothing is imported.
  ///
  /// Certificates that do not have the address are left out, whatever the place says.
  /// - Throws: `.network`, `.stream`, `.cancelled`.
  ///
  /// dirmngr: `WKD_GET`, `KS_SEARCH`, `KS_GET`
  package mutating func lookUp(
    _ address: String, in directory: KeyDirectory, limits: NetworkLimits
  ) throws(GPGMEError) -> [FoundCertificate] {
    guard UserID.isAddress(address) else { return [] }
    let blocks: [Keyblock]
    switch directory {
    case .web:
      let answer = try askDirmngr(["WKD_GET -- \(address)"], limits: limits, for: .lookUp, subject: directory.words)
        .first
      let data = try Self.data(answer, limits: limits, for: .lookUp, subject: directory.words)
      blocks = try Self.keyblocks(in: data, from: directory)
    case .server(let server):
      let entries = try search(address, at: server, limits: limits).prefix(Self.candidateLimit)
      blocks = try fetch(entries.map(\.name), from: server, limits: limits).filter { block in
        Fingerprint(keyPacket: block.primaryKey).map { own in entries.contains { $0.names(own) } } == true
      }
    }
    return try read(blocks, from: directory) {
      UserID.address(in: $0).map { UserID.address($0, equals: address) } == true
    }
    .filter { $0.certificate.isNamed(address) }
  }

  /// The certificate with this fingerprint that a key server has, with all its user IDs; nothing is imported.
  ///
  /// Other certificates in the answer are left out.
  /// - Throws: `.network`, `.stream`, `.cancelled`.
  ///
  /// dirmngr: `KS_GET`
  package mutating func lookUp(
    _ fingerprint: Fingerprint, at server: KeyServer, limits: NetworkLimits
  ) throws(GPGMEError) -> FoundCertificate? {
    let blocks = try fetch([fingerprint.hex], from: server, limits: limits)
      .filter { Fingerprint(keyPacket: $0.primaryKey) == fingerprint }
    return try read(blocks, from: .server(server)) { _ in true }.first
  }

  /// What gpg says about a keyblock, which is imported nowhere; nil when it is no certificate for it.
  ///
  /// - Throws: `.stream` and what else can befall gpg.
  package mutating func preview(_ block: Keyblock) throws(GPGMEError) -> Certificate? {
    do throws(GPGMEError) {
      return try preview(ArraySource(block.bytes)).first
    } catch {
      if error.cause == .noData { return nil }
      throw error
    }
  }

  /// More certificates than anybody has for one address.
  private static var candidateLimit: Int { 10 }

  private borrowing func search(
    _ address: String, at server: KeyServer, limits: NetworkLimits
  ) throws(GPGMEError) -> [KeyServerEntry] {
    let subject = KeyDirectory.server(server).words
    let answer = try askDirmngr(
      Self.opening(server) + ["KS_SEARCH -- \(address)"], limits: limits, for: .lookUp, subject: subject
    ).dropFirst(2).first
    let data = try Self.data(answer, limits: limits, for: .lookUp, subject: subject) ?? []
    // Servers find words, too.
    return KeyServerEntry.all(in: data).filter { entry in
      entry.userIDs.contains { UserID.address(in: $0).map { UserID.address($0, equals: address) } == true }
    }
  }

  private borrowing func fetch(
    _ names: [String], from server: KeyServer, limits: NetworkLimits
  ) throws(GPGMEError) -> [Keyblock] {
    guard !names.isEmpty else { return [] }
    let directory = KeyDirectory.server(server)
    let answers = try askDirmngr(
      Self.opening(server) + names.map { "KS_GET -- 0x\($0)" }, limits: limits, for: .lookUp, subject: directory.words
    ).dropFirst(2)
    guard answers.count == names.count else {
      throw GPGMEError(.lookUp, subject: directory.words, cause: .network(.connectionLost))
    }
    var blocks: [Keyblock] = []
    for answer in answers {
      let data = try Self.data(answer, limits: limits, for: .lookUp, subject: directory.words)
      blocks += try Self.keyblocks(in: data, from: directory)
    }
    return blocks
  }

  /// The commands before a question to one server: two, with an answer each.
  ///
  /// dirmngr does not try a server again for hours after one failure; a person who asks wants it tried.
  static func opening(_ server: KeyServer) -> [String] {
    ["KEYSERVER --clear \(server.url)", "KEYSERVER --alive \(server.name)"]
  }

  private static func keyblocks(in data: [UInt8]?, from directory: KeyDirectory) throws(GPGMEError) -> [Keyblock] {
    guard let data, !data.isEmpty else { return [] }
    do throws(StreamError) {
      let blocks = try Keyblock.readAll(from: ConcatenatedSource(armoredBlocks(of: data)))
      if !blocks.isEmpty { return blocks }
    } catch {
      if case .limitExceeded = error { throw GPGMEError(.lookUp, subject: directory.words, cause: .stream(error)) }
    }
    throw GPGMEError(.lookUp, subject: directory.words, cause: .network(.malformed))
  }

  /// Cuts keyblocks down to what their owners signed and to the user IDs that are wanted, and has gpg read each.
  private mutating func read(
    _ blocks: [Keyblock], from directory: KeyDirectory, keeping isKept: (String) -> Bool
  ) throws(GPGMEError) -> [FoundCertificate] {
    var found: [FoundCertificate] = []
    for block in blocks {
      guard let fingerprint = Fingerprint(keyPacket: block.primaryKey),
        !found.contains(where: { $0.certificate.fingerprint == fingerprint })
      else { continue }
      let own: Keyblock
      do throws(StreamError) {
        own = try block.signed(by: fingerprint.keyID).keepingUserIDs { isKept(String(decoding: $0, as: UTF8.self)) }
      } catch {
        throw GPGMEError(.lookUp, subject: directory.words, cause: .stream(error))
      }
      guard let certificate = try preview(own), certificate.fingerprint == fingerprint else { continue }
      found.append(FoundCertificate(certificate: certificate, keyblock: own, directory: directory))
    }
    return found
  }
}

extension Context {
  /// A certificate of the keyring as packets, without certifications by others.
  ///
  /// - Throws: `.notFound`, `.stream` and what else can befall gpg.
  package mutating func keyblock(of certificate: Certificate) throws(GPGMEError) -> Keyblock {
    let sink = MemorySink(limit: Self.ownLimit, what: "the certificate")
    try export([certificate.fingerprint], into: sink)
    do throws(StreamError) {
      let blocks = try Keyblock.readAll(from: ArraySource(sink.bytes))
      guard let own = try blocks.first?.signed(by: certificate.keyID) else {
        throw .malformed("gpg exported no certificate")
      }
      return own
    } catch {
      throw GPGMEError(.export, subject: certificate.fingerprint.hex, cause: .stream(error))
    }
  }

  /// Takes a keyblock into the keyring; see ``importUnchanged(_:)``.
  package mutating func importCertificate(_ block: Keyblock) throws(GPGMEError) -> ImportReport {
    try importUnchanged(ArraySource(block.bytes))
  }

  /// What a keyring has may be larger than what is taken from the network.
  private static var ownLimit: Int { 64 << 20 }
}
