import ByteStreams
import GPGME
import MIME
import TestSupport
import Testing

@testable import SealedMail

@Suite struct SetupMessageTests {
  private let desk: Desk
  private let code: SetupCode

  init() throws {
    desk = try Desk(own: [.alice])
    code = SetupCode.random()
  }

  private func context(_ code: String) throws -> Context {
    try desk.context(.given(SecretBytes(text: code)))
  }

  private func secretKey() throws -> [UInt8] {
    try desk.keyring.gpg("--export-secret-keys", Identity.alice.hexFingerprint).stdout
  }

  private func make(_ preference: EncryptPreference = .mutual) throws -> [UInt8] {
    let date = try #require(MailDate(seconds: Desk.now, offsetMinutes: 0))
    var context = try context(code.text)
    return try SetupMessage.make(
      .init(address: try AddrSpec("alice@example.org"), preference: preference, code: code, date: date),
      of: secretKey(), with: &context)
  }

  @Test func `a code has nine blocks of four digits, and is never the same`() {
    #expect(code.text.wholeMatch(of: /(\d{4}-){8}\d{4}/) != nil)
    #expect(SetupCode.random().text != code.text)
    let digits = code.text.filter(\.isNumber)
    for typed in [code.text, digits, " " + code.text.replacing("-", with: " - "), code.text.replacing("-", with: "–")] {
      #expect(SetupCode(typed: typed)?.text == code.text)
    }
    for typed in ["", String(digits.dropLast()), digits + "1", code.text + "x", "٣" + digits.dropFirst()] {
      #expect(SetupCode(typed: typed) == nil)
    }
  }

  @Test func `gpg alone opens what was made, and finds a key in the form of the specification`() throws {
    let message = try make()
    let text = String(decoding: message, as: UTF8.self)
    for line in [
      "From: alice@example.org", "To: alice@example.org", "Autocrypt-Setup-Message: v1",
      "Content-Type: application/autocrypt-setup", "Passphrase-Format: numeric9x4",
      "Passphrase-Begin: \(code.beginning)",
    ] { #expect(text.contains("\r\n\(line)\r\n") || text.hasPrefix("\(line)\r\n"), "\(line)") }
    #expect(!text.contains(code.text.dropFirst(5)))
    let structure = try MessageStructure.parse(ArraySource(message))
    #expect(structure.root.contentType.mediaType == "multipart/mixed")
    #expect(structure.root.children.count == 2)
    let opened = try desk.keyring.gpg("--passphrase", code.text, "--decrypt", stdin: message).succeeded().text
    #expect(opened.hasPrefix("-----BEGIN PGP PRIVATE KEY BLOCK-----\r\nAutocrypt-Prefer-Encrypt: mutual\r\n\r\n"))
    let other = try TemporaryKeyring()
    try other.gpg("--import", stdin: Array(opened.utf8)).succeeded()
    #expect(try other.gpg("--list-secret-keys", Identity.alice.hexFingerprint).status == 0)
    let packets = try desk.keyring.gpg("--passphrase", code.text, "--list-packets", stdin: message).text
    // AES, and a passphrase that is salted and iterated.
    #expect(packets.contains(/symkey enc packet: version 4, cipher [79],.*s2k 3,/))
  }

  @Test(arguments: EncryptPreference.allCases)
  func `what was made is read and opened again`(preference: EncryptPreference) throws {
    let message = try SetupMessage(ByteStore(try make(preference)))
    #expect(message.address.text == "alice@example.org")
    #expect(message.beginning == code.beginning)
    #expect(message.isNumeric)
    var context = try context(code.text)
    let content = try message.open(with: &context)
    #expect(content.preference == preference)
    #expect(try content.key == secretKey())
    var wrong = try self.context(SetupCode.random().text)
    let error = #expect(throws: GPGMEError.self) { try message.open(with: &wrong) }
    guard case .messagePassphrase = error?.cause else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// A Setup Message as another program writes it, around what gpg encrypts.
  private func foreign(
    _ plain: [UInt8], header: String = "Autocrypt-Setup-Message: v1", from: String = "alice@example.org",
    type: String = "application/autocrypt-setup", gpg options: [String] = ["--symmetric"]
  ) throws -> ByteStore {
    let armor = try desk.keyring.gpg(
      arguments: ["--passphrase", "secret", "--trust-model", "always", "--armor"] + options, stdin: plain
    ).succeeded().text
    let lines = [
      "From: \(from)", "To: Alice <ALICE@example.org>", header, "Content-Type: multipart/mixed; boundary=b", "", "--b",
      "",
      "text", "--b", "Content-Type: \(type)", "", "<html>above", armor, "below</html>", "--b--", "",
    ]
    return ByteStore(Array(lines.joined(separator: "\n").utf8))
  }

  private func armoredKey() throws -> [UInt8] {
    try desk.keyring.gpg("--armor", "--export-secret-keys", Identity.alice.hexFingerprint).stdout
  }

  @Test func `what other programs write is read, with text around and after, and any code`() throws {
    let message = try SetupMessage(foreign(try armoredKey() + Array("trailing\n".utf8) + armoredKey()))
    #expect(!message.isNumeric)
    #expect(message.beginning == nil)
    var context = try context("secret")
    let content = try message.open(with: &context)
    #expect(try content.key == secretKey())
    #expect(content.preference == nil)
  }

  @Test func `what is not made like a Setup Message is not opened`() throws {
    let key = try armoredKey()
    func problem(_ store: @autoclosure () throws -> ByteStore) throws -> SetupMessage.Problem? {
      #expect(throws: SetupMessage.Problem.self) { try SetupMessage(store()) }
    }
    #expect(try problem(foreign(key, header: "X-Other: v1")) == SetupMessage.Problem.none)
    #expect(try problem(foreign(key, header: "Autocrypt-Setup-Message: v2")) == .version("v2"))
    #expect(
      try problem(foreign(key, header: "Autocrypt-Setup-Message: v1\nAutocrypt-Setup-Message: v1")) == .version("v1"))
    for store in [
      try foreign(key, from: "mallory@evil.example"), try foreign(key, from: "alice@example.org, mallory@evil.example"),
      try foreign(key, type: "application/octet-stream"),
      // Encrypted to one's own key, it would open without the code.
      try foreign(key, gpg: ["--encrypt", "--recipient", Identity.alice.hexFingerprint]),
      try foreign(key, gpg: ["--symmetric", "--encrypt", "--recipient", Identity.alice.hexFingerprint]),
      try foreign(key, gpg: ["--store"]),
    ] {
      guard case .malformed = try problem(store) else {
        Issue.record("it was taken")
        continue
      }
    }
  }

  @Test func `what is inside has to be one secret key, first of all`() throws {
    let certificate = try desk.keyring.gpg("--armor", "--export", Identity.alice.hexFingerprint).stdout
    let two = try TemporaryKeyring(own: [.alice, .bob]).gpg("--armor", "--export-secret-keys").stdout
    for plain in [certificate, two, certificate + (try armoredKey()), Array("text\n".utf8) + (try armoredKey()), []] {
      let message = try SetupMessage(foreign(plain))
      var context = try context("secret")
      #expect(throws: SetupMessage.Problem.self) { try message.open(with: &context) }
    }
  }
}
