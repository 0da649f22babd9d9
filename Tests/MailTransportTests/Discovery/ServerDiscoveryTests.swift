import Foundation
import TestSupport
import Testing

@testable import MailTransport

@Suite struct ServerDiscoveryTests {
  @Test func `records come in the order of their priority and weight`() throws {
    let resolver = try Resolver([
      "_imaps._tcp.example.org": [
        (20, 0, 993, "c.example.org"), (10, 1, 993, "b.example.org"), (10, 5, 1993, "a.example.org"),
      ]
    ])
    let records = try #require(ServiceRecord.all(of: "_imaps._tcp.example.org", resolver: resolver.port))
    #expect(records.map(\.target) == ["a.example.org", "b.example.org", "c.example.org"])
    #expect(records.map(\.port) == [1993, 993, 993])
    #expect(ServiceRecord.all(of: "_imap._tcp.example.org", resolver: resolver.port) == [])
  }

  @Test func `nonsense in place of an answer is no record`() throws {
    let resolver = try Resolver([:]) { query in
      Array(query.prefix(2)) + [0x81, 0x80] + Array(repeating: 0xFF, count: 60)
    }
    #expect((ServiceRecord.all(of: "_imaps._tcp.example.org", resolver: resolver.port) ?? []).isEmpty)
  }

  private func discovery(_ resolver: Resolver, _ options: ConnectionOptions = ConnectionOptions()) -> ServerDiscovery {
    var discovery = ServerDiscovery("example.org", options: options)
    discovery.resolver = resolver.port
    return discovery
  }

  @Test(.enabled(if: optionalTool("openssl") && optionalTool("python3"), "needs openssl and python3"))
  func `the server that a domain announces is tried without a login, and proposed`() async throws {
    let server = try ScriptedServer { _ in nil }
    let front = try TLSFront(server)
    let resolver = try Resolver(["_submissions._tcp.example.org": [(0, 0, front.port, "localhost")]])
    let trusting = discovery(resolver, ConnectionOptions(trust: try Certificates.trust))
    let finding = try #require(try await trusting.submission(as: "alice@example.org"))
    #expect(finding.problem == nil && finding.isAnnounced)
    #expect(finding.server.url(finding.spoken) == "smtps://alice%40example.org@localhost:\(front.port)")
    #expect(!server.lines.contains { $0.contains("AUTH") || $0.contains("alice") })
    // Somebody who forges DNS has no certificate.
    let suspicious = try #require(try await discovery(resolver).submission(as: "alice@example.org"))
    #expect(suspicious.problem == .tls(host: "localhost", .unknownIssuer))
  }

  @Test func `a domain that says it has no such service has none, and names that are none are passed over`()
    async throws
  {
    let resolver = try Resolver([
      "_imaps._tcp.example.org": [(0, 0, 993, ".")], "_imap._tcp.example.org": [(0, 0, 143, "a b;c.example.org")],
    ])
    #expect(try await discovery(resolver).retrieval(as: "alice") == nil)
  }
}

/// A resolver on loopback that knows some SRV records, or says what a test wants.
private final class Resolver: Sendable {
  typealias Record = (priority: Int, weight: Int, port: UInt16, target: String)

  let port: UInt16
  private let socket: CInt

  init(
    _ records: [String: [Record]], nonsense: (@Sendable ([UInt8]) -> [UInt8])? = nil
  ) throws {
    let listener = Foundation.socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // The structure outlives the calls, and its length is its own.
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, length) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    socket = listener
    let answers = records.mapValues { records in records.map { Self.data($0.priority, $0.weight, $0.port, $0.target) } }
    Thread.detachNewThread {
      defer { close(listener) }
      while true {
        var query = [UInt8](repeating: 0, count: 512)
        var client = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // The buffers outlive the calls, and their sizes are their own.
        let count = unsafe withUnsafeMutablePointer(to: &client) { pointer in
          unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { client in
            unsafe recvfrom(listener, &query, query.count, 0, client, &size)
          }
        }
        // An empty datagram is how the test ends us.
        guard count > 12 else { return }
        let asked = Array(query[..<count])
        let reply = nonsense?(asked) ?? Self.reply(to: asked, answers)
        _ = unsafe withUnsafePointer(to: &client) { pointer in
          unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { client in
            unsafe sendto(listener, reply, reply.count, 0, client, size)
          }
        }
      }
    }
  }

  deinit {
    let sender = Foundation.socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    // The structure outlives the call, and its length is its own.
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe sendto(sender, [0], 1, 0, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    close(sender)
  }

  /// The data of a record. Source: RFC 2782
  private static func data(_ priority: Int, _ weight: Int, _ port: UInt16, _ target: String) -> [UInt8] {
    let numbers = [priority, weight, Int(port)].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    return numbers + name(target)
  }

  /// A name as it is sent. Source: RFC 1035 §3.1
  private static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  /// The answer to a question. Source: RFC 1035 §4
  private static func reply(to query: [UInt8], _ answers: [String: [[UInt8]]]) -> [UInt8] {
    var end = 12
    var labels: [String] = []
    while query[end] != 0 {
      labels.append(String(decoding: query[(end + 1)...(end + Int(query[end]))], as: UTF8.self))
      end += Int(query[end]) + 1
    }
    let question = query[12..<(end + 5)]
    let found = answers[labels.joined(separator: ".").lowercased()] ?? []
    var reply = Array(query[..<2]) + [0x81, found.isEmpty ? 0x83 : 0x80, 0, 1, 0, UInt8(found.count), 0, 0, 0, 0]
    reply += question
    for data in found {
      reply += [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60, UInt8(data.count >> 8), UInt8(data.count & 255)] + data
    }
    return reply
  }
}
