import ByteStreams
import MIME

@testable import MailTransport

/// A message that is short and complete.
let shortMessage = shortHeader + "\r\nhello\r\n.\r\n..two dots\r\n"

private let shortHeader = """
  From: alice@example.org\r
  To: bob@example.org\r
  Subject: hello\r
  Date: Sun, 22 Nov 2026 18:02:00 +0100\r
  Message-ID: <hello@example.org>\r

  """

/// One copy of a message in clear text.
func copy(
  _ text: String = shortMessage, from sender: String? = "alice@example.org",
  to recipients: [String] = ["bob@example.org"],
  label: String = "message"
) throws -> Submission {
  try copy(Array(text.utf8), from: sender, to: recipients, label: label)
}

func copy(
  _ bytes: [UInt8], from sender: String? = "alice@example.org", to recipients: [String] = ["bob@example.org"],
  label: String = "message"
) throws -> Submission {
  let path: Envelope.ReversePath = if let sender { .address(try AddrSpec(sender)) } else { .null }
  return Submission(
    envelope: try Envelope(from: path, to: try recipients.map { try AddrSpec($0) }),
    message: try SubmittableMessage.clear(ByteStore(bytes), .userAskedForClearText()), label: label)
}

/// A message of about `size` bytes, with lines that begin with dots among the others.
func longMessage(_ size: Int) -> [UInt8] {
  let line = Array(".line of text that has seventy characters to fill it, more or less..\r\nother\r\n..\r\n".utf8)
  return Array((shortHeader + "\r\n").utf8) + Array(repeatElement(line, count: size / line.count + 1).joined())
}

extension SecretBytes {
  convenience init(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(capacity: bytes.count + 1) { (room: inout MutableRawSpan) in
      for (offset, byte) in bytes.enumerated() { room.set(byte, at: offset) }
      return bytes.count
    }
  }
}
