internal import CCurl

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A connection that libcurl made, secured and logged in on, and that carries our bytes since.
///
/// Nothing here waits but `wait`. The buffers given to libcurl and to `poll` live for the call, and what could only be sent in
/// part is offered again from the same place, as TLS libraries ask: that is why the uses of `unsafe` hold.
@safe final class CurlConnection {
  private let handle: CurlHandle
  private let socket: CInt
  private var outgoing = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)
  private var outgoingRange = 0..<0
  private var incoming = [UInt8](repeating: 0, count: 16 * 1024)

  /// What a look for bytes found.
  enum Received: Equatable {
    case bytes([UInt8])
    case nothingYet
    case ended
  }

  /// Connects, secures and logs in.
  ///
  /// - Throws: `TransportError`, one case for each way in which this fails.
  convenience init(_ login: CurlLogin, _ stop: StopFlag) throws(TransportError) {
    try self.init(login.connect(stop), host: login.server.host)
  }

  /// Takes over what libcurl has connected.
  ///
  /// - Throws: `connectionLost`.
  init(_ handle: CurlHandle, host: String) throws(TransportError) {
    guard let socket = handle.socket else { throw .connectionLost(host: host, phase: .connecting) }
    self.handle = handle
    self.socket = socket
  }

  deinit { unsafe outgoing.deallocate() }

  /// The TLS version as people write it, such as `TLS 1.3`; nil without TLS, or when it cannot be known.
  var tlsVersion: String? {
    handle.dialogue.tlsVersion.map { $0.hasPrefix("TLSv") ? "TLS \($0.dropFirst(4))" : $0 }
  }

  /// The server's certificate; nil without TLS, or when it cannot be known.
  var certificate: ServerCertificate? { handle.dialogue.certificate }

  /// Takes bytes that `flush` sends; those before must have gone.
  func give(_ bytes: [UInt8]) {
    precondition(outgoingRange.isEmpty)
    if unsafe outgoing.count < bytes.count {
      unsafe outgoing.deallocate()
      unsafe outgoing = .allocate(byteCount: bytes.count, alignment: 1)
    }
    unsafe outgoing.copyBytes(from: bytes)
    outgoingRange = 0..<bytes.count
  }

  /// What a try to send came to.
  enum Sent {
    /// Everything that was given has gone.
    case everything
    /// So many bytes have gone, perhaps none, and the rest has to wait.
    case part(Int)
    case ended
  }

  /// Sends as much as can go without waiting.
  func flush() -> Sent {
    var total = 0
    while !outgoingRange.isEmpty {
      var count = 0
      let start = unsafe outgoing.baseAddress.map { unsafe UnsafeRawPointer($0 + outgoingRange.lowerBound) }
      let code = unsafe handle.library.send(handle.raw, start, outgoingRange.count, &count)
      if code == CURLE_AGAIN { return .part(total) }
      guard code == CURLE_OK, count > 0 else { return .ended }
      total += count
      outgoingRange = outgoingRange.lowerBound + count..<outgoingRange.upperBound
    }
    return .everything
  }

  /// Takes what has come.
  func receive() -> Received {
    var count = 0
    let code = unsafe incoming.withUnsafeMutableBytes { buffer in
      unsafe handle.library.receive(handle.raw, buffer.baseAddress, buffer.count, &count)
    }
    if code == CURLE_AGAIN { return .nothingYet }
    guard code == CURLE_OK, count > 0 else { return .ended }
    return .bytes(Array(incoming[..<count]))
  }

  /// How long a wait is at most before the task is looked at whether it was cancelled.
  private static let patience: Duration = .milliseconds(100)

  /// What to wait for.
  enum Interest {
    case reading
    case writing
    case readingOrWriting
  }

  /// Waits until something can be done, and at most as long as somebody who cancelled the task would.
  func wait(for interest: Interest, atMost limit: Duration) {
    let milliseconds = Int32((min(limit, Self.patience) / .milliseconds(1)).rounded(.up))
    let events =
      switch interest {
      case .reading: POLLIN
      case .writing: POLLOUT
      case .readingOrWriting: POLLIN | POLLOUT
      }
    var request = pollfd(fd: socket, events: Int16(events), revents: 0)
    // Time over, interrupted or ready: the caller looks again in each case.
    _ = unsafe poll(&request, 1, milliseconds)
  }
}
