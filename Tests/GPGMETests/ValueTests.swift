import GPGME
import OpenPGPPackets
import TestSupport
import Testing

/// Values that cannot be wrong once they are parsed, and words for people.
@Suite struct ValueTests {
  private static let hex = "4FE1D2B8AAD4D0ADFDE6B6764B045AAC5CF92FA2"

  @Test(arguments: [hex, hex.lowercased(), "0x" + hex, "4FE1 D2B8 AAD4 D0AD FDE6  B676 4B04 5AAC 5CF9 2FA2"])
  func `a fingerprint is read as people write it`(text: String) {
    #expect(Fingerprint(text)?.hex == Self.hex)
  }

  @Test(arguments: [
    "", "5CF92FA2", "4B045AAC5CF92FA2", "0x4B045AAC5CF92FA2", hex + "0", String(hex.dropLast()), "G" + hex.dropFirst(),
    hex + "!", "-" + hex.dropFirst(), String(repeating: "A", count: 63), String(repeating: "A", count: 65),
  ])
  func `a key ID, an empty string and anything else is no fingerprint`(text: String) {
    #expect(Fingerprint(text) == nil)
  }

  @Test func `a fingerprint is shown in groups and in short`() throws {
    let fingerprint = try #require(Fingerprint(Self.hex))
    #expect(fingerprint.short == "4FE1 D2B8 … 5CF9 2FA2")
    #expect(fingerprint.grouped == "4FE1 D2B8 AAD4 D0AD FDE6 B676 4B04 5AAC 5CF9 2FA2")
    #expect(fingerprint.keyID == KeyID(hex: "4B045AAC5CF92FA2"))
    let newer = try #require(Fingerprint("0123456789ABCDEF" + String(repeating: "F", count: 48)))
    #expect(newer.keyID == KeyID(hex: "0123456789ABCDEF"))
  }

  @Test(arguments: [
    ("Alice Example <alice@example.org>", "alice@example.org"), ("<alice@example.org>", "alice@example.org"),
    ("alice@example.org", "alice@example.org"), ("Alice (work) <alice@example.org>", "alice@example.org"),
    ("Zoë <zoë@example.org>", "zoë@example.org"),
  ])
  func `the one address of a user ID is found`(text: String, address: String) {
    #expect(UserID.address(in: text) == address)
  }

  @Test(arguments: [
    "", "Alice", "Alice <alice@example.org> ", "Alice <alice@example.org> <mallory@evil.example>",
    "alice@example.org <mallory@evil.example", "Alice <alice@example.org", "Alice alice@example.org>",
    "Alice >alice@example.org<", "Alice <alice@@example.org>", "Alice <alice@example.org,bob@example.org>",
    "alice@example.org, bob@example.org", "Alice <@example.org>", "Alice <alice@>", "Alice <alice example.org>",
    "Alice <\u{202E}alice@example.org>", "Alice <alice@example.org\u{200B}>", "Alice <alice@exam\u{FFFD}ple.org>",
    "Alice <alice@example.org>\n", "Alice <\"alice\"@example.org>", "Alice <alice@example.org>\u{FE0F}",
  ])
  func `a user ID that can be read in two ways has no address`(text: String) {
    #expect(UserID.address(in: text) == nil)
  }

  @Test func `addresses are the same in either case and in no other way`() {
    #expect(UserID.address("Alice@Example.ORG", equals: "alice@example.org"))
    #expect(!UserID.address("alice@example.org", equals: "alice@example.org."))
    #expect(!UserID.address("ali\u{0301}ce@example.org", equals: "al\u{00ED}ce@example.org"))
    #expect(!UserID.address("\u{212A}ate@example.org", equals: "kate@example.org"))
  }

  @Test(arguments: [
    (0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_735_732_800, "2025-01-01"), (4_102_444_799, "2099-12-31"),
    (4_107_542_400, "2100-03-01"), (-1, "1969-12-31"), (2_147_483_648, "2038-01-19"),
  ])
  func `a day is the day in UTC`(time: Int64, day: String) {
    #expect(calendarDate(time) == day)
  }

  @Test func `an error is one sentence in lower case without a full stop`() throws {
    let bob = try #require(Fingerprint(Self.hex))
    let error = GPGMEError(
      .encrypt, subject: "bob@example.org", cause: .unusableRecipients([.init(bob, .expired(at: 1_740_787_200))]))
    #expect(
      "\(error)" == "cannot encrypt to bob@example.org: certificate 4FE1 D2B8 … 5CF9 2FA2 expired on 2025-03-01")
    let causes: [GPGMEError.Cause] = [
      .noSecretKey(recipients: []), .noSecretKey(recipients: [bob.keyID]), .passphrase(.wrong),
      .passphrase(.nobodyToAsk), .messagePassphrase(.wrong), .messagePassphrase(.nobodyToAsk), .integrity(.unreliable),
      .agent(.notRunning), .integrity(.altered), .notEncrypted, .noData, .malformed, .weakHash("SHA1"),
      .engine(.missing),
      .cancelled, .timedOut(seconds: 60), .unsupportedAlgorithm(nil), .keyringLocked, .noSpace,
    ]
    for cause in causes {
      let words = cause.words
      #expect(!words.isEmpty && words.last != "." && !words.contains("\n"), "\(words)")
    }
  }
}
