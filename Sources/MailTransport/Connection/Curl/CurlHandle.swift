import ByteStreams
internal import CCurl

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One easy handle of libcurl, set up to connect, secure and log in to a mail server, and nothing else.
///
/// Every pointer given to libcurl lives for the call (strings are copied by it), or, for the handle itself, the error buffer,
/// the account of the dialogue and the stop flag, until `deinit` has destroyed the handle: that is why the uses of `unsafe` hold.
@safe final class CurlHandle {
  let library: CurlLibrary
  let raw: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  /// What the server said while libcurl spoke.
  let dialogue: CurlDialogue
  private let stop: StopFlag

  /// - Throws: `curlMissing`.
  init(_ spoken: MailProtocol, _ stop: StopFlag) throws(TransportError) {
    do throws(CurlLibrary.Missing) { library = try CurlLibrary.shared() } catch { throw .curlMissing(error.reason) }
    guard let raw = unsafe library.create() else { throw .curlMissing("it gives no handle") }
    unsafe self.raw = raw
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    self.stop = stop
    dialogue = unsafe CurlDialogue(spoken, library: library, handle: raw)
    unsafe try set(CURLOPT_ERRORBUFFER, to: errorText)
    unsafe try set(CURLOPT_HEADERDATA, to: Unmanaged.passUnretained(dialogue).toOpaque())
    try check(
      unsafe postseal_curl_set_write(library.setOption, raw, CURLOPT_HEADERFUNCTION) { bytes, size, count, account in
        let count = size * count
        if let bytes = unsafe bytes, let account = unsafe account {
          let line = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
          unsafe Unmanaged<CurlDialogue>.fromOpaque(account).takeUnretainedValue().take(Array(line))
        }
        return count
      })
    try check(
      unsafe postseal_curl_set_write(library.setOption, raw, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count
      })
    try check(
      unsafe postseal_curl_set_progress(library.setOption, raw, CURLOPT_XFERINFOFUNCTION) { stop, _, _, _, _ in
        guard let stop = unsafe stop else { return 0 }
        return unsafe Unmanaged<StopFlag>.fromOpaque(stop).takeUnretainedValue().isSet ? 1 : 0
      })
    unsafe try set(CURLOPT_XFERINFODATA, to: Unmanaged.passUnretained(stop).toOpaque())
    try set(CURLOPT_NOPROGRESS, to: 0)
  }

  deinit {
    // libcurl would say QUIT and wait for an answer, in the middle of a message too: by then the connection is of no use.
    if let socket { shutdown(socket, CInt(SHUT_RDWR)) }
    unsafe library.destroy(raw)
    unsafe errorText.deallocate()
  }

  func set(_ option: CURLoption, to value: Int) throws(TransportError) {
    try check(unsafe postseal_curl_set_long(library.setOption, raw, option, value))
  }

  func set(_ option: CURLoption, to value: String?) throws(TransportError) {
    try check(unsafe postseal_curl_set_string(library.setOption, raw, option, value))
  }

  private func set(_ option: CURLoption, to value: UnsafeMutableRawPointer) throws(TransportError) {
    try check(unsafe postseal_curl_set_pointer(library.setOption, raw, option, value))
  }

  /// Gives a secret; our own copy with its final NUL is wiped.
  func set(_ option: CURLoption, secret: RawSpan) throws(TransportError) {
    try check(unsafe withCopy(of: secret) { unsafe postseal_curl_set_string(library.setOption, raw, option, $0) })
  }

  /// The number that libcurl has for `info`; nil when it has none.
  func number(_ info: CURLINFO) -> Int? {
    var value = 0
    guard unsafe postseal_curl_get_long(library.getInfo, raw, info, &value) == CURLE_OK else { return nil }
    return value
  }

  /// The connected socket; nil before and after.
  var socket: CInt? {
    var value: curl_socket_t = -1
    guard unsafe postseal_curl_get_socket(library.getInfo, raw, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK else {
      return nil
    }
    return value == -1 ? nil : value
  }

  /// What libcurl says of its last error, or of the code in general.
  func text(for code: CURLcode) -> String {
    let detail = unsafe String(cString: errorText)
    if !detail.isEmpty { return detail }
    return unsafe library.explain(code).map { unsafe String(cString: $0) } ?? "error \(code.rawValue)"
  }

  private func check(_ code: CURLcode) throws(TransportError) {
    guard code == CURLE_OK else { throw .curlMissing("it is too old, or lacks what is needed: \(text(for: code))") }
  }
}
