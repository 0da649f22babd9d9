import Foundation
import TestSupport

/// TLS before a scripted server, with one of the certificates: what that server hears and says is what is inside.
final class TLSFront {
  /// Where clients connect.
  let port: UInt16
  private let process = Process()
  private let input = Pipe()
  private let server: ScriptedServer

  /// - Parameters:
  ///   - words: TLS begins when the server has said them, as in its answer to STARTTLS; with the first byte when nil.
  ///   - clients: only clients whose certificate this authority issued are served; all when nil.
  init(
    _ server: ScriptedServer, certificate: String = "server", after words: String? = nil, clients: String? = nil
  ) throws {
    self.server = server
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("tls-front.py")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "python3", script.path, "\(server.port)", try Certificates.path("\(certificate).pem"),
        try Certificates.path("\(certificate).key"),
      ] + [words ?? ""] + (try clients.map { [try Certificates.path("\($0).pem")] } ?? [])
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while !line.contains(0x0A) {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw POSIXError(.ECONNREFUSED) }
      line += more
    }
    guard let port = UInt16(String(decoding: line.dropLast(), as: UTF8.self)) else { throw POSIXError(.EINVAL) }
    self.port = port
  }

  // Our threads' blocked signals are the child's too: only SIGKILL reaches it for sure.
  deinit { kill(process.processIdentifier, SIGKILL) }
}
