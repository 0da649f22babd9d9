import ByteStreams
import Foundation
import GPGME
import OpenPGPPackets
import SystemPackage
import TestSupport
import Testing

/// Whoever stops an operation gets it stopped: no gpg is left, and the reason is the right one.
@Suite struct CancellationTests {
  @Test func `cancelling in the middle of a long message stops gpg`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let token = CancellationToken()
    var context = try keyring.context(cancellation: token)
    let endless = EndlessSource { if $0 > 4 << 20 { token.cancel() } }
    let recipients = RecipientList(try context.certificate(of: .alice))
    let found = cause { _ = try context.encrypt(endless, to: recipients, signer: nil, into: NullSink()) }
    #expect(found == .cancelled)
    #expect(try runningEngines(of: keyring).isEmpty)
  }

  @Test func `cancelling while pinentry waits stops gpg`() throws {
    let pinentry = try FakePinentry(answer: .never)
    let keyring = try TemporaryKeyring(own: [.locked], agentOptions: [pinentry.agentOption])
    let token = CancellationToken()
    var context = try keyring.context(.pinentry, cancellation: token)
    let ciphertext = try context.encrypted([1], to: [.locked])
    // A thread of its own: a task would wait for one of the few threads of tasks, which other tests keep busy.
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.3)
      token.cancel()
    }
    #expect(cause { _ = try context.decrypted(ciphertext) } == .cancelled)
    #expect(try runningEngines(of: keyring).isEmpty)
  }

  @Test func `a cancelled token stops every later operation`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    let token = CancellationToken()
    var context = try keyring.context(cancellation: token)
    #expect(!token.isCancelled)
    token.cancel()
    #expect(token.isCancelled)
    #expect(cause { _ = try context.certificates() } == .cancelled)
    var another = try keyring.context(cancellation: token)
    #expect(cause { _ = try another.certificates() } == .cancelled)
  }

  @Test func `an error of the source comes out unchanged and stops gpg`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let broken = StreamError.malformed("the test says so")
    let source = FailingSource(after: 300_000, broken)
    let recipients = RecipientList(try context.certificate(of: .alice))
    let found = cause { _ = try context.encrypt(source, to: recipients, signer: nil, into: NullSink()) }
    #expect(found == .stream(broken))
    #expect(try runningEngines(of: keyring).isEmpty)
    #expect(try context.certificates().count == 1)
  }

  @Test func `an error of the sink comes out unchanged and stops gpg`() throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    var context = try keyring.context()
    let bomb = try context.encrypted([UInt8](repeating: 0, count: 20 << 20), to: [.alice])
    #expect(bomb.count < 1 << 20)
    let sink = MemorySink(limit: 100_000, what: "test")
    let found = cause { _ = try context.decrypt(ArraySource(bomb), into: sink) }
    #expect(found == .stream(.limitExceeded(limit: 100_000, what: "test")))
    #expect(try runningEngines(of: keyring).isEmpty)
  }

  @Test func `contexts on many threads do not disturb each other`() async throws {
    let keyring = try TemporaryKeyring(own: [.alice])
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<6 {
        group.addTask {
          var context = try keyring.context()
          let text = [UInt8](repeating: UInt8(number), count: 50_000)
          let ciphertext = try context.encrypted(text, to: [.alice], signer: .alice)
          return try context.decrypted(ciphertext).text == text
        }
      }
      for try await same in group { #expect(same) }
    }
  }

  @Test func `a missing home is told`() throws {
    let found = cause { _ = try Context.open(EngineConfiguration(home: "/tmp/ps-does-not-exist")) }
    #expect(found == .engine(.homeMissing("/tmp/ps-does-not-exist")))
    let folder = try TemporaryFolder()
    let file = try folder.write([], to: "file")
    guard case .engine(.homeUnusable) = cause({ _ = try Context.open(EngineConfiguration(home: file)) }) else {
      Issue.record("a file served as home")
      return
    }
  }
}

/// Gives zeros for ever and tells how many it gave.
private final class EndlessSource: ByteSource {
  private var given = 0
  private let watch: (Int) -> Void

  init(_ watch: @escaping (Int) -> Void) { self.watch = watch }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    for index in 0..<buffer.byteCount { buffer.storeBytes(of: 0, toByteOffset: index, as: UInt8.self) }
    given += buffer.byteCount
    watch(given)
    return buffer.byteCount
  }
}

/// Gives zeros, then an error.
private final class FailingSource: ByteSource {
  private var left: Int
  private let error: StreamError

  init(after count: Int, _ error: StreamError) {
    left = count
    self.error = error
  }

  func read(into buffer: inout MutableRawSpan) throws(StreamError) -> Int {
    guard left > 0 else { throw error }
    let count = min(left, buffer.byteCount)
    for index in 0..<count { buffer.storeBytes(of: 0, toByteOffset: index, as: UInt8.self) }
    left -= count
    return count
  }
}
