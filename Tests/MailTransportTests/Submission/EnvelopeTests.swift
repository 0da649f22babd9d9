import MIME
import Testing

@testable import MailTransport

@Suite struct EnvelopeTests {
  @Test func `an envelope without recipients cannot be made`() throws {
    let sender = try AddrSpec("alice@example.org")
    #expect(throws: TransportError.envelope(.noRecipient)) { try Envelope(from: .address(sender), to: []) }
  }

  @Test(arguments: ["-oQ/tmp@example.org", "--@example.org", "-bs@example.org"])
  func `an address that starts with a hyphen is refused, as recipient and as sender`(text: String) throws {
    let address = try AddrSpec(text)
    let other = try AddrSpec("bob@example.org")
    #expect(throws: TransportError.envelope(.leadingHyphen(text))) { try Envelope(from: .null, to: [other, address]) }
    #expect(throws: TransportError.envelope(.leadingHyphen(text))) {
      try Envelope(from: .address(address), to: [other])
    }
  }

  @Test func `a quoted local part stays quoted`() throws {
    let odd = try AddrSpec(localPart: "a b>,\"c", domain: "example.org")
    let envelope = try Envelope(from: .null, to: [odd])
    #expect(envelope.recipients.map(\.text) == [#""a b>,\"c"@example.org"#])
    #expect(envelope.reversePathText == "")
  }

  @Test func `nobody receives twice, and the order stays`() throws {
    let addresses = try ["b@x.org", "c@x.org", "b@X.org", "B@x.org"].map { try AddrSpec($0) }
    let envelope = try Envelope(from: .null, to: addresses)
    #expect(envelope.recipients.map(\.text) == ["b@x.org", "c@x.org", "B@x.org"])
  }

  @Test func `letters beyond ASCII need SMTPUTF8, on either side`() throws {
    let plain = try AddrSpec("bob@example.org")
    let greek = try AddrSpec(localPart: "δ", domain: "example.org")
    #expect(try !Envelope(from: .address(plain), to: [plain]).needsSMTPUTF8)
    #expect(try Envelope(from: .address(plain), to: [plain, greek]).needsSMTPUTF8)
    #expect(try Envelope(from: .address(greek), to: [plain]).needsSMTPUTF8)
  }
}
