import Foundation
import Synchronization

/// A web server on loopback that does what a test says: a key server of any mood, or the proxy that leads dirmngr to other ports.
///
/// One request for each connection, each in a thread of its own.
package final class WebServer: Sendable {
  /// What a client asked.
  package struct Request: Sendable {
    package let method: String
    /// The path with its query, or for a proxy the whole URL or `host:port`.
    package let target: String
    package let body: [UInt8]
    fileprivate let head: String
  }

  /// What the server does then.
  package enum Reply: Sendable {
    case answer(Int, [UInt8])
    /// Ends the connection without a word.
    case close
    /// Says nothing and keeps the connection open until the client closes it.
    case hang
    /// As a proxy, what the server on this port of loopback says; for CONNECT a tunnel to it.
    case relay(UInt16)
  }

  package let port: UInt16
  private let behaviour: @Sendable (Request) -> Reply
  private let listener: CInt
  private let heard = Mutex<[String]>([])

  /// Method and target of every request, in order.
  package var requests: [String] { heard.withLock(\.self) }

  package init(_ behaviour: @escaping @Sendable (Request) -> Reply) throws {
    self.behaviour = behaviour
    listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    // No child may inherit it: a server that is gone must refuse.
    _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    port = try Self.listen(listener)
    Thread.detachNewThread { [weak self, listener] in
      defer { close(listener) }
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        guard let self else {
          close(connection)
          return
        }
        let server = self
        Thread.detachNewThread {
          defer { close(connection) }
          server.serve(connection)
        }
      }
    }
  }

  deinit {
    // The thread that accepts closes it: the number must not be anybody else's while that thread still uses it.
    shutdown(listener, CInt(SHUT_RDWR))
  }

  private static func listen(_ listener: CInt) throws -> UInt16 {
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // The structure outlives the calls, and its length is its own.
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, length) == 0 && Foundation.listen(listener, 16) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard result else { throw POSIXError(.EADDRNOTAVAIL) }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  private func serve(_ connection: CInt) {
    guard let request = read(connection) else { return }
    heard.withLock { $0.append("\(request.method) \(request.target)") }
    switch behaviour(request) {
    case .answer(let status, let body):
      let head = "HTTP/1.0 \(status) x\r\nContent-Type: text/plain\r\nContent-Length: \(body.count)\r\n\r\n"
      send(connection, Array(head.utf8) + body)
    case .close: return
    case .hang: while receive(connection, 4096) != nil {}
    case .relay(let port): relay(request, from: connection, to: port)
    }
  }

  /// Reads a request: its head byte by byte, so that nothing behind a CONNECT is swallowed.
  private func read(_ connection: CInt) -> Request? {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) {
      guard head.count < 1 << 16, let byte = receive(connection, 1) else { return nil }
      head += byte
    }
    let text = String(decoding: head, as: UTF8.self)
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return nil }
    let length = text.lowercased().firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
    var body: [UInt8] = []
    while body.count < length, let more = receive(connection, length - body.count) { body += more }
    return Request(method: String(words[0]), target: String(words[1]), body: body, head: text)
  }

  private func relay(_ request: Request, from client: CInt, to port: UInt16) {
    let server = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    _ = fcntl(server, F_SETFD, FD_CLOEXEC)
    var address = Self.loopback(port: port)
    // The structure outlives the call, and its length is its own.
    let isOpen = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe connect(server, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isOpen else { return send(client, Array("HTTP/1.0 502 x\r\n\r\n".utf8)) }
    if request.method == "CONNECT" {
      send(client, Array("HTTP/1.0 200 x\r\n\r\n".utf8))
    } else {
      let path = request.target.firstMatch(of: /^http:\/\/[^\/]*(.*)$/).map { String($0.1) } ?? request.target
      send(server, Array(request.head.replacing(request.target, with: path, maxReplacements: 1).utf8) + request.body)
    }
    var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // poll(2) reads and writes exactly the two elements.
    while unsafe poll(&ends, 2, 60_000) > 0 {
      for (index, other) in [(0, server), (1, client)] where ends[index].revents != 0 {
        guard let bytes = receive(ends[index].fd, 1 << 16) else { return }
        send(other, bytes)
      }
    }
  }

  private func receive(_ connection: CInt, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { unsafe recv(connection, $0.baseAddress, $0.count, 0) }
    return got > 0 ? Array(bytes[..<got]) : nil
  }

  private func send(_ connection: CInt, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = unsafe rest.withUnsafeBytes {
        unsafe Foundation.send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }
}
