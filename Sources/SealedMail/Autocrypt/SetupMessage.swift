package import ByteStreams
package import GPGME
package import MIME
import OpenPGPPackets

/// An Autocrypt Setup Message: mail to oneself that carries one's secret key, locked with a setup code.
///
/// Source: Autocrypt Level 1, "Autocrypt Setup Message"
package struct SetupMessage: Sendable {
  /// Whose key it is: the one sender, who is the one recipient too.
  package let address: AddrSpec
  /// The first digits of the code, as the message shows them; nil when it shows none.
  package let beginning: String?
  /// Whether the code is one of ``SetupCode``, or else any text.
  package let isNumeric: Bool
  /// The ciphertext, binary.
  let ciphertext: [UInt8]

  /// More than any secret key worth having.
  package static let sizeLimit = 1 << 20

  /// Why a message is no Setup Message that can be taken.
  package enum Problem: Error, Equatable, Sendable {
    /// It does not say that it is one.
    case none
    /// It is one of another version; as it spells it.
    case version(String)
    /// It says that it is one and is not made like one; how, in lower case without a full stop.
    case malformed(String)
  }

  /// Reads a message without opening what it carries.
  ///
  /// - Throws: `Problem`, `MIMEError`, `StreamError`.
  package init(_ store: ByteStore) throws {
    let structure = try MessageStructure.parse(store.source())
    let header = structure.root.header
    let versions = header.fields(named: "Autocrypt-Setup-Message").map { String(decoding: $0.value, as: UTF8.self) }
    guard let version = versions.first else { throw Problem.none }
    guard versions.count == 1, version == "v1" else { throw Problem.version(version) }
    let people = ["From", "To"].map { name in
      header.fields(named: name).flatMap { (try? AddressList(parsing: $0.value).mailboxes) ?? [] }.map(\.address)
    }
    guard people[0].count == 1, people[1].count == 1, people[0][0].canonical == people[1][0].canonical else {
      throw Problem.malformed("it is not from one address to the same")
    }
    address = people[0][0]
    let parts = structure.root.children.map { structure[$0] }
    guard structure.root.contentType.matches("multipart", "mixed"), parts.count >= 2,
      parts[1].contentType.matches("application", "autocrypt-setup"), parts[1].isLeaf
    else { throw Problem.malformed("its second part is no application/autocrypt-setup") }
    let body = parts[1].transferEncoding.decoding(store.source(parts[1].body))
    let text = try body.readAll(limit: Self.sizeLimit, what: "the setup message")
    guard let block = ArmoredBlock(.message, in: text) else {
      throw Problem.malformed("it holds no armored OpenPGP message")
    }
    isNumeric = block.headers["passphrase-format"] == "numeric9x4"
    beginning = block.headers["passphrase-begin"].flatMap { text in
      (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text : nil
    }
    ciphertext = try block.content(limit: Self.sizeLimit)
    let summary = try CiphertextSummary.read(from: ArraySource(ciphertext))
    // What a key of one's own opens would open without the code, which is what vouches for the message.
    guard summary.isEncrypted, summary.recipients.isEmpty, summary.passphraseCount == 1, summary.problems.isEmpty else {
      throw Problem.malformed("what it holds is not encrypted to one code alone")
    }
  }

  /// What a Setup Message carries.
  package struct Content: Sendable {
    /// The secret key with its certificate, binary.
    package let key: [UInt8]
    /// The wish that its owner had set; nil where the message does not say.
    package let preference: EncryptPreference?
  }

  /// Opens it with a connection to gpg that has the code for a passphrase.
  ///
  /// - Throws: `GPGMEError`; `Problem.malformed` when what is inside is not one secret key.
  package func open(with context: inout Context) throws -> Content {
    let plain = MemorySink(limit: Self.sizeLimit, what: "the setup message")
    _ = try context.decrypt(ArraySource(ciphertext), into: plain)
    // Whatever follows the first block does not count.
    guard let block = ArmoredBlock(.privateKey, in: plain.bytes), block.isFirst else {
      throw Problem.malformed("what it holds does not begin with an armored secret key")
    }
    let key = try block.content(limit: Self.sizeLimit)
    let blocks = try KeyblockSummary.readAll(from: ArraySource(key))
    guard blocks.count == 1, blocks[0].isSecret else { throw Problem.malformed("it does not hold one secret key") }
    return Content(
      key: key, preference: block.headers["autocrypt-prefer-encrypt"].map { .init(rawValue: $0) ?? .nopreference })
  }
}
