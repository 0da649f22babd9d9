import MailTransport
import Testing

@testable import postseal

/// Servers whose one message has no end.
@Suite struct BroughtMessageTests {
  private final class EndlessMailbox: RemoteMailbox {
    let name = "endless"
    private(set) var count = 0

    func messages() -> [RemoteMessage] { [] }

    func fetch(_ message: RemoteMessage, _ take: ([UInt8]) throws -> Void) throws {
      var piece = Array("Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n".utf8)
      while count < 10_000_000 {
        count += piece.count
        try take(piece)
        piece = Array(repeating: UInt8(ascii: "x"), count: 100_000)
      }
    }

    func remove(_ messages: [RemoteMessage]) {}
    func waitForNews(atMost limit: Duration) -> Bool { false }
    func close() {}
  }

  private func bring(_ octets: Int?) -> (failure: Failure?, count: Int) {
    let mailbox = EndlessMailbox()
    let message = RemoteMessage(id: .uid(3, validity: 7), number: 1, octets: octets)
    do {
      _ = try BroughtMessage.take(message, from: mailbox, atMost: 1_000_000) { _ in }
      return (nil, mailbox.count)
    } catch { return (error as? Failure, mailbox.count) }
  }

  @Test func `a sealed message without end fills no disk`() {
    let (failure, count) = bring(nil)
    #expect(failure?.sentences.first?.hasPrefix("not fetched: the message is larger than ") == true)
    #expect(count < 1_200_000)
  }

  @Test func `of a message that is too large by the server's own account nothing is asked for`() {
    let (failure, count) = bring(1_000_001)
    #expect(failure?.status == .usage)
    #expect(count == 0)
  }
}
