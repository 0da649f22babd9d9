@testable import GPGME
import ByteStreams
import Synchronization
import TestSupport
import Testing

@Suite struct EngineEventTests {
  @Test(arguments: [
    ("PROGRESS", "primegen + 3 10", EngineEvent.progress(what: "primegen", done: 3, total: 10)),
    ("PROGRESS", "odd", .status(keyword: "PROGRESS", arguments: "odd")),
    ("GOODMDC", "", .status(keyword: "GOODMDC", arguments: "")),
  ])
  func `a status line is a status or progress`(keyword: String, arguments: String, event: EngineEvent) {
    #expect(EngineEvent(keyword: keyword, arguments: arguments) == event)
  }

  @Test func `who watches is told what gpg says`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let seen = Seen()
    var configuration = EngineConfiguration(home: keyring.home, passphrases: .neverAsk)
    configuration.observer = { event in seen.events.withLock { $0.append(event) } }
    var context = try Context.open(configuration)
    let signer = try #require(try context.certificates(in: .secretKeys).first)
    _ = try context.signDetached(ArraySource([1]), signer: signer, into: NullSink())
    let keywords = seen.events.withLock { events in
      events.compactMap { if case .status(let keyword, _) = $0 { keyword } else { nil } }
    }
    #expect(keywords.contains("SIG_CREATED"))
    #expect(keywords.contains("BEGIN_SIGNING"))
  }

  private final class Seen: Sendable {
    let events = Mutex<[EngineEvent]>([])
  }
}
