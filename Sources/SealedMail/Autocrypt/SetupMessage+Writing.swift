import ByteStreams
package import GPGME
package import MIME
import OpenPGPPackets

extension SetupMessage {
  /// What a new Setup Message is made of.
  package struct Draft: Sendable {
    /// From whom it is, to whom, and whose key it carries.
    package let address: AddrSpec
    /// The wish that the account has set.
    package let preference: EncryptPreference
    package let code: SetupCode
    package let date: MailDate

    package init(address: AddrSpec, preference: EncryptPreference, code: SetupCode, date: MailDate) {
      self.address = address
      self.preference = preference
      self.code = code
      self.date = date
    }
  }

  /// The ciphers that a Setup Message may use: AES with 128 and with 256 bits.
  ///
  /// Source: RFC 9580 §9.3
  private static let ciphers: Set<UInt8> = [7, 9]

  /// Makes the message that `draft` says around a secret key.
  ///
  /// - Parameters:
  ///   - key: the secret key with its certificate, binary.
  ///   - context: a connection to gpg that has the draft's code for a passphrase.
  /// - Throws: `SealError`; `.readBack` when gpg did not make what other programs can open.
  package static func make(
    _ draft: Draft, of key: [UInt8], with context: inout Context
  ) throws(SealError) -> [UInt8] {
    do {
      let inside = try ArmoredBlock.armored(
        key, as: .privateKey, headers: [("Autocrypt-Prefer-Encrypt", draft.preference.rawValue)])
      let sink = MemorySink(limit: 2 * sizeLimit, what: "the setup message")
      try context.encryptWithPassphrase(ArraySource(inside), into: sink)
      try ReadBack.checkPassphrase(ArraySource(sink.bytes))
      let summary = try CiphertextSummary.read(from: ArraySource(sink.bytes))
      guard summary.passphrases.allSatisfy({ $0.cipher.map { ciphers.contains($0.rawValue) } == true }) else {
        throw SealError.readBack(expected: [], found: [])
      }
      let block = try ArmoredBlock.armored(
        sink.bytes, as: .message,
        headers: [("Passphrase-Format", "numeric9x4"), ("Passphrase-Begin", draft.code.beginning)])
      return try message(draft, around: block)
    } catch {
      throw SealError(error)
    }
  }

  private static func message(_ draft: Draft, around block: [UInt8]) throws(MIMEError) -> [UInt8] {
    let boundary = Boundary.random()
    let own = AddressList([try Mailbox(draft.address)])
    let header = HeaderDraft([
      try .addresses("From", own), try .addresses("To", own),
      try .unstructured("Subject", "Autocrypt Setup Message"), .date(draft.date),
      try .messageID(.generate(domain: draft.address.domain)),
      try .structured("Autocrypt-Setup-Message", "v1"), .mimeVersion,
      try .parameterized("Content-Type", "multipart/mixed", ["boundary": boundary.text]),
    ])
    let parts = [
      [
        "Content-Type: text/plain; charset=us-ascii", "",
        "This message carries your secret key for encrypted mail, locked with a",
        "setup code that was shown when it was made; the code begins with \(draft.code.beginning).", "",
        "To use the key in another program that knows Autocrypt, open this message",
        "there and type the code. Whoever has both can read your mail.", "",
      ],
      [
        "Content-Type: application/autocrypt-setup",
        "Content-Disposition: attachment; filename=\"autocrypt-setup.asc\"", "", "",
      ],
    ].map { $0.joined(separator: "\r\n") }
    let delimiter = "--\(boundary.text)"
    return header.bytes + Array("\(delimiter)\r\n\(parts[0])\r\n\(delimiter)\r\n\(parts[1])".utf8) + block
      + Array("\(delimiter)--\r\n".utf8)
  }
}
