import MIME
import Testing

struct HeaderProtectionTests {
  private static let payload = """
    Subject: Dinner plans
    From: Alice <alice@example.net>
    MIME-Version: 1.0
    HP-Outer: Subject: [...]
    HP-Outer: From:
     Alice <alice@example.net>
    HP-Outer: nonsense
    Content-Type: text/plain; hp-legacy-display="1"; hp="cipher"; protected-headers="v1"

    Subject: Dinner plans

    At eight.
    """

  @Test func `an encrypted payload protects all but structural fields, and tells what stands outside`() throws {
    let protection = HeaderProtection(of: try structure(Self.payload), in: .encrypted)
    #expect(protection.scheme == .cipher)
    #expect(protection.fields.map(\.name) == ["Subject", "From"])
    #expect(
      protection.outer.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" } == [
        "Subject=[...]", "From=Alice <alice@example.net>",
      ])
    #expect(protection.legacyDisplayParts == [0])
    #expect(protection.hiddenParts == [])
  }

  @Test func `HP-Outer means nothing in a payload that is signed only`() throws {
    let protection = HeaderProtection(of: try structure(Self.payload), in: .signed)
    #expect(protection.scheme == .clear)
    #expect(protection.outer == [])
    #expect(protection.legacyDisplayParts == [])
  }

  private static let schemes: [(String, HeaderProtection.Scheme, Int)] = [
    ("", .none, 0), ("; hp=clear", .clear, 1), ("; hp=Cipher", .cipher, 1), ("; protected-headers=v1", .v1, 1),
    ("; protected-headers=v1; hp=clear", .clear, 1), ("; hp=other", .none, 0),
    ("; hp=other; protected-headers=v1", .v1, 1),
  ]

  @Test(arguments: schemes)
  func `hp counts before protected-headers`(parameters: String, scheme: HeaderProtection.Scheme, fields: Int) throws {
    let parsed = try structure("Subject: x\nHP-Outer: Subject: y\nContent-Type: text/plain\(parameters)\n\ntext")
    let protection = HeaderProtection(of: parsed, in: .encrypted)
    #expect(protection.scheme == scheme)
    #expect(protection.fields.count == fields)
    #expect(protection.outer.count == (scheme == .cipher ? 1 : 0))
  }

  private static let firstParts: [(String, [Int])] = [
    ("text/plain; protected-headers=\"v1\"", [1]), ("text/rfc822-headers; protected-headers=\"v1\"", [1]),
    ("text/plain", []), ("text/html; protected-headers=\"v1\"", []),
  ]

  @Test(arguments: firstParts)
  func `the older scheme's part of headers is not to be shown`(type: String, hidden: [Int]) throws {
    let parsed = try structure(
      """
      Subject: x
      Content-Type: multipart/mixed; boundary=b; protected-headers="v1"

      --b
      Content-Type: \(type)

      Subject: x
      --b

      text
      --b--
      """)
    #expect(HeaderProtection(of: parsed, in: .encrypted).hiddenParts == hidden)
  }

  @Test func `only the main body has a legacy display, and only when encrypted`() throws {
    func text(_ hp: String) -> String {
      """
      Content-Type: multipart/mixed; boundary=b; hp="\(hp)"

      --b
      Content-Type: text/plain; hp-legacy-display=1

      a
      --b
      Content-Type: text/plain; hp-legacy-display=1

      b
      --b--
      """
    }
    #expect(HeaderProtection(of: try structure(text("cipher")), in: .encrypted).legacyDisplayParts == [1])
    #expect(HeaderProtection(of: try structure(text("clear")), in: .encrypted).legacyDisplayParts == [])
  }

  @Test(arguments: [
    ("Subject: Grüße an alle\r\nTo: Bob <bob@example.org>\r\n", true), ("subject:  Grüße an\n\talle", true), ("", true),
    ("\n \n", true),
    ("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= an alle", true),
    ("Subject: Grüße", false), ("Cc: bob@example.org", false), ("I sell the house", false),
    ("Subject: Grüße an alle\nI agree.", false),
  ])
  func `what only repeats protected fields is told from what does not`(text: String, repeats: Bool) throws {
    let parsed = try structure(
      """
      Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= an alle
      To: Bob <bob@example.org>
      Content-Type: text/plain; hp="cipher"

      text
      """)
    #expect(HeaderProtection(of: parsed, in: .encrypted).repeats(text) == repeats)
  }

  private static let displays: [(String, String)] = [
    ("Subject: x\r\n\r\ntext\r\n\r\nmore", "text\r\n\r\nmore"), ("Subject: x\n\ntext", "text"),
    ("no empty line\n", "no empty line\n"),
    ("\ntext", "text"), ("", ""),
  ]

  @Test(arguments: displays)
  func `the legacy display ends with the first empty line`(text: String, rest: String) {
    #expect(HeaderProtection.splitLegacyDisplay(text).rest == rest)
  }
}
