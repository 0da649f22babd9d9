import ByteStreams
import GPGME
import MIME
import SealedMail
import TestSupport
import Testing

/// Inline OpenPGP: what mail programs wrote before PGP/MIME.
@Suite struct BlockTests {
  private let desk: Desk
  private static let text = "The figures.\n\n-- \nFrom here\n- dash\nAlice\n"

  init() throws {
    desk = try Desk(own: [.alice], accepted: [.bob, .mallory])
  }

  private func armored(_ options: String..., text: String = Self.text) throws -> String {
    let arguments = ["--armor", "--trust-model", "always", "--local-user", Identity.alice.hexFingerprint] + options
    let run = try desk.keyring.gpg(arguments: arguments, stdin: Array(text.utf8)).succeeded()
    return String(decoding: run.stdout, as: UTF8.self)
  }

  private func ciphertext(_ options: String...) throws -> String {
    try armored("--sign", "--encrypt", "--recipient", Identity.alice.hexFingerprint)
  }

  private func open(_ entity: String, part: String? = nil, from: String = "alice@example.org") throws -> OpenedMessage {
    var context = try desk.context()
    return try Opener.open(
      ByteStore(HandmadeMail(from: from).message(entity)), part: part.map { try #require(PartNumber($0)) },
      options: OpenOptions(now: Desk.now), with: &context)
  }

  private func headline(_ opened: OpenedMessage) -> String {
    VerdictSummary(opened.verdict, sender: nil) { _ in "" }.headline
  }

  private static let carriers = [
    "Content-Type: text/plain\r\n\r\n", "\r\n", "Content-Type: application/pgp; x-action=encrypt\r\n\r\n",
    "Content-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
  ]

  @Test(arguments: carriers)
  func `a text that is nothing but a ciphertext opens, and its signature is the text's alone`(carrier: String) throws {
    let isQuoted = carrier.contains("quoted-printable")
    let armor = try ciphertext()
    let opened = try open(carrier + (isQuoted ? armor.replacing("=", with: "=3D") : armor))
    #expect(opened.verdict.encryption == .whole)
    #expect(opened.verdict.signature == .partial)
    #expect(!opened.verdict.isGoodAndTrusted)
    #expect(opened.verdict.layers.map(\.kind) == [.inlineEncrypted])
    #expect(try opened.bodyText == Self.text)
    #expect(headline(opened) == "encrypted to you · only the text is signed, by Alice Example <alice@example.org>")
  }

  @Test(arguments: ["> ", "   ", ">"])
  func `a quoted or indented ciphertext opens`(mark: String) throws {
    let armor = try ciphertext().split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let opened = try open("\r\n" + armor.map { "\(mark)\($0)\r\n" }.joined())
    #expect(opened.verdict.encryption == .whole)
    #expect(try opened.bodyText == Self.text)
  }

  private static let html = [
    ("<pre>", "\n", "</pre>"), ("<p>", "<br>\n", "</p>"), ("<div>Hello,</div><div>", "<br/>", "</div>"),
  ]

  @Test(arguments: html)
  func `a ciphertext in html opens alone on request`(start: String, lineEnd: String, end: String) throws {
    let armor = try ciphertext().split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let html = "<html><body>\(start)\(armor.joined(separator: lineEnd))\(end)</body></html>"
    let entity = "Content-Type: text/html\r\n\r\n\(html)\r\n"
    let opened = try open(entity)
    #expect(opened.verdict.encryption == .none)
    #expect(opened.verdict.warnings == [.inlineBlock(section: "1", count: 1)])
    #expect(try open(entity, part: "1").bodyText == Self.text)
  }

  @Test func `a text encoded in base64 opens all the same`() throws {
    let lines = base64Lines(Array(try ciphertext().utf8)).joined(separator: "\r\n")
    let opened = try open("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n\(lines)\r\n")
    #expect(try opened.bodyText == Self.text)
  }

  @Test func `the text of a block has the charset that its armor names, else that of its part`() throws {
    let armor = try ciphertext()
    let named = armor.replacing("MESSAGE-----\n\n", with: "MESSAGE-----\nCharset: koi8-r\n\n")
    for (text, charset) in [(armor, "iso-8859-15"), (named, "koi8-r")] {
      let opened = try open("Content-Type: text/plain; charset=iso-8859-15\r\n\r\n\(text)")
      #expect(opened.content?.payload.contentType.parameters["charset"] == charset)
    }
  }

  @Test func `a ciphertext that is no text and is all the message stays closed until it is asked for`() throws {
    let entity = "Content-Type: application/octet-stream\r\n\r\n\(try ciphertext())"
    let whole = try open(entity)
    #expect(whole.verdict.encryption == .none)
    #expect(whole.verdict.warnings == [.errantPart(section: "1", kind: .inline(.message), isForwarded: false)])
    #expect(try open(entity, part: "1").bodyText == Self.text)
  }

  @Test func `an entity in application pgp is read as an entity`() throws {
    let entity = "Content-Type: text/html\r\n\r\n<p>figures"
    let armor = try armored("--encrypt", "--recipient", Identity.alice.hexFingerprint, text: entity)
    let opened = try open("Content-Type: application/pgp; format=mime\r\n\r\n\(armor)")
    #expect(opened.content?.payload.contentType.mediaType == "text/html")
    #expect(try opened.bodyText == "<p>figures")
  }

  @Test func `a ciphertext among other text stays closed, and opens alone on request without that text`() throws {
    let entity = "Content-Type: text/plain\r\n\r\nPlease answer:\r\n\(try ciphertext())\r\nMallory\r\n"
    let opened = try open(entity)
    #expect(opened.verdict.encryption == .none)
    #expect(opened.verdict.signature == .none)
    #expect(opened.verdict.warnings == [.inlineBlock(section: "1", count: 1)])
    #expect(try !opened.bodyText.contains("figures"))
    let alone = try open(entity, part: "1")
    #expect(try alone.bodyText == Self.text)
    #expect(alone.verdict.warnings == [.textAroundBlock, .headersNotProtected])
    #expect(alone.verdict.part == "1")
    #expect(alone.verdict.signature == .partial)
  }

  @Test func `of several blocks one has to be named`() throws {
    let other = try armored("--encrypt", "--recipient", Identity.alice.hexFingerprint, text: "Other.\n")
    let entity = "\r\n\(try ciphertext())\n\(other)"
    #expect(try open(entity).verdict.warnings == [.inlineBlock(section: "1", count: 2)])
    #expect(throws: OpenError.self) { try open(entity, part: "1") }
    #expect(try open(entity, part: "1:1").bodyText == Self.text)
    #expect(try open(entity, part: "1:2").bodyText == "Other.\n")
    #expect(throws: OpenError.self) { try open(entity, part: "1:3") }
  }

  @Test func `a cleartext signed text shows what gpg verified, and signs only the text`() throws {
    let opened = try open("Content-Type: text/plain\r\n\r\n\(try armored("--clear-sign"))")
    #expect(opened.verdict.encryption == .none)
    #expect(opened.verdict.signature == .partial)
    #expect(try opened.bodyText == Self.text.replacing("-- \n", with: "--\n"))
    #expect(headline(opened) == "not encrypted · only the text is signed, by Alice Example <alice@example.org>")
  }

  @Test func `a cleartext signature with text around it judges that text for nothing`() throws {
    let entity = "\r\nPay this instead.\r\n\(try armored("--clear-sign"))\r\n-- \r\nlist footer\r\n"
    let opened = try open(entity)
    #expect(opened.verdict.signature == .none)
    #expect(opened.verdict.warnings == [.inlineBlock(section: "1", count: 1)])
    let alone = try open(entity, part: "1")
    #expect(alone.verdict.signature == .partial)
    #expect(try !alone.bodyText.contains("Pay this"))
    #expect(try !alone.bodyText.contains("footer"))
  }

  @Test func `an altered cleartext signed text is not signed, and stays as it came`() throws {
    let forged = try armored("--clear-sign").replacing("figures", with: "figurez")
    let opened = try open("\r\n\(forged)")
    #expect(opened.verdict.signature == .bad)
    #expect(opened.content?.covered == nil)
    #expect(try opened.bodyText.contains("-----BEGIN PGP SIGNED MESSAGE-----"))
  }

  @Test(arguments: [
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nThe figures.\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n\nThe figures.\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\nX: y\n\nx\n-----BEGIN PGP SIGNATURE-----\n\niHUE\n-----END PGP SIGNATURE-----\n",
  ])
  func `a cleartext block without a signature is signed by nobody`(text: String) throws {
    let verdict = try open("\r\n\(text)").verdict
    #expect(verdict.signature == .malformed)
    #expect(!verdict.isGoodAndTrusted)
  }

  @Test func `a text put before the signed one by a header line does not get in`() throws {
    let forged = try armored("--clear-sign").replacing("\n\nThe", with: "\nPay me.\n\nThe")
    let verdict = try open("\r\n\(forged)").verdict
    #expect(verdict.signature != .partial)
    #expect(verdict.signature != .good)
  }

  @Test func `a text that is a signed message in armor shows what was signed`() throws {
    let opened = try open("\r\n\(try armored("--sign"))")
    #expect(opened.verdict.encryption == .none)
    #expect(opened.verdict.signature == .partial)
    #expect(try opened.bodyText == Self.text)
  }

  @Test func `a text that is a literal in armor is signed by nobody, and stays as it came`() throws {
    let opened = try open("\r\n\(try armored("--store"))")
    #expect(opened.verdict.signature == .malformed)
    #expect(try opened.bodyText.contains("-----BEGIN PGP MESSAGE-----"))
  }

  @Test func `an encrypted attachment opens alone, under its own name`() throws {
    let armor = try ciphertext()
    let entity = """
      Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nSee the table.\r\n--m\r
      Content-Type: application/octet-stream; name=q3.csv.asc\r\n\r\n\(armor)\r\n--m--\r\n
      """
    let whole = try open(entity)
    #expect(
      whole.verdict.warnings == [.errantPart(section: "2", kind: .inline(.message), isForwarded: false)])
    let alone = try open(entity, part: "2")
    #expect(try alone.content?.payload.filename() == "q3.csv")
    #expect(try alone.bodyText == Self.text)
    #expect(alone.header.fields.isEmpty)
    #expect(
      headline(alone)
        == "part 2 alone · encrypted to you · only the content is signed, by Alice Example <alice@example.org>")
    #expect(try open(entity, part: "1").verdict.encryption == .none)
  }
}
