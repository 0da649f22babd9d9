import Foundation
import Synchronization

/// A server on loopback that does what a test says: well behaved where nothing else is said.
///
/// It serves one connection after the other, each in its own thread.
package final class ScriptedServer: Sendable {
  /// What happened on a connection.
  package enum Event: Equatable {
    case connected
    /// A line of the client, its end cut off.
    case line(String)
    /// The whole message, as it came, without its end.
    case message
  }

  /// What the server does then, in order.
  package enum Action {
    case say(String)
    case raw([UInt8])
    case pause(seconds: Double)
    /// These bytes again and again, with a pause after each time, until the client has gone.
    case drip(String, every: Double)
    /// Reads the message up to the line with a single dot, as `message`.
    case takeMessage
    /// Reads so many bytes and drops them.
    case take(bytes: Int)
    case close
    /// Says nothing more and keeps the connection open until the client closes it.
    case hang
  }

  package typealias Behaviour = @Sendable (Event) -> [Action]

  package let port: UInt16
  private let listener: CInt
  private let heard = Mutex<(lines: [String], messages: [[UInt8]])>(([], []))

  /// Every line that any client said.
  package var lines: [String] { heard.withLock { $0.lines } }
  /// Every message that came with its end, as it was on the wire.
  package var messages: [[UInt8]] { heard.withLock { $0.messages } }

  /// Behaves as `behaviour` says, and well where that gives nil.
  package convenience init(_ special: @escaping @Sendable (Event) -> [Action]?) throws {
    try self.init(behaviour: { special($0) ?? Self.good($0) })
  }

  private init(behaviour: @escaping Behaviour) throws {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    // A small window: a server that does not read is noticed after little of a message.
    var window: CInt = 16 * 1024
    unsafe setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<CInt>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // The structure outlives both calls, and its length is its own.
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, length) == 0 && listen(listener, 8) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard result else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    self.listener = listener
    Thread.detachNewThread { [weak self] in
      defer { close(listener) }
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        guard let self else {
          close(connection)
          return
        }
        let server = self
        Thread.detachNewThread { server.serve(connection, behaviour) }
      }
    }
  }

  deinit {
    // The thread that accepts closes it: the number must not be anybody else's while that thread still uses it.
    shutdown(listener, CInt(SHUT_RDWR))
  }

  /// Whether somebody listens on a port of loopback.
  package static func answers(_ port: UInt16) -> Bool {
    let probe = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    // The structure outlives the call, and its length is its own.
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe connect(probe, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// A server that takes everything.
  package static func good(_ event: Event) -> [Action] {
    switch event {
    case .connected: return [.say("220 mx.example.org ESMTP")]
    case .message: return [.say("250 2.0.0 Ok: queued as 4F1A2")]
    case .line(let line):
      switch line.prefix(4).uppercased() {
      case "EHLO": return [.say("250-mx.example.org"), .say("250-PIPELINING"), .say("250 8BITMIME")]
      case "DATA": return [.say("354 go on"), .takeMessage]
      case "QUIT": return [.say("221 bye"), .close]
      default: return [.say("250 ok")]
      }
    }
  }

  private func serve(_ connection: CInt, _ behaviour: Behaviour) {
    defer {
      // A program that another test started meanwhile may hold the connection, too: closing alone would not end it.
      shutdown(connection, CInt(SHUT_RDWR))
      close(connection)
    }
    var buffer: [UInt8] = []
    var actions = behaviour(.connected)[...]
    while true {
      while let action = actions.popFirst() {
        switch action {
        case .say(let line): send(connection, Array("\(line)\r\n".utf8))
        case .raw(let bytes): send(connection, bytes)
        case .pause(let seconds): Thread.sleep(forTimeInterval: seconds)
        case .drip(let text, let pause):
          while send(connection, Array(text.utf8)) { Thread.sleep(forTimeInterval: pause) }
          return
        case .close: return
        case .hang:
          while receive(connection) != nil {}
          return
        case .take(let count):
          while buffer.count < count {
            guard let more = receive(connection) else { return }
            buffer += more
          }
          buffer.removeFirst(count)
        case .takeMessage:
          guard let message = read(connection, &buffer, until: Array("\r\n.\r\n".utf8)) else { return }
          heard.withLock { $0.messages.append(message + [0x0D, 0x0A]) }
          actions += behaviour(.message)
        }
      }
      guard let line = read(connection, &buffer, until: [0x0D, 0x0A]) else { return }
      let text = String(decoding: line, as: UTF8.self)
      heard.withLock { $0.lines.append(text) }
      actions = behaviour(.line(text))[...]
    }
  }

  private func read(_ connection: CInt, _ buffer: inout [UInt8], until end: [UInt8]) -> [UInt8]? {
    var searched = 0
    while true {
      if let range = buffer[searched...].firstRange(of: end) {
        defer { buffer.removeFirst(range.upperBound) }
        return Array(buffer[..<range.lowerBound])
      }
      searched = max(0, buffer.count - end.count)
      guard let more = receive(connection) else { return nil }
      buffer += more
    }
  }

  private func receive(_ connection: CInt) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16384)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(connection, $0.baseAddress, $0.count, 0) }
    return count > 0 ? Array(bytes[..<count]) : nil
  }

  /// Whether the client is still there.
  @discardableResult
  private func send(_ connection: CInt, _ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes {
      unsafe Foundation.send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) >= 0
    }
  }
}
