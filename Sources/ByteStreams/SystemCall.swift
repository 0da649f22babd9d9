import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Makes a system call, again when a signal interrupted it, and turns -1 into `StreamError.system`.
///
/// - Parameters:
///   - act: the verb for the user, such as "read".
///   - subject: the path or role that the act is done on.
func systemCall<Result: SignedInteger>(
  _ act: String, _ subject: String, _ body: () -> Result
) throws(StreamError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    if code == EINTR { continue }
    throw .system(Errno(rawValue: code), act: act, subject: subject)
  }
}

/// `open`, always close-on-exec; -1 and errno when it fails.
func openPath(_ path: FilePath, _ flags: CInt, mode: mode_t = 0) -> CInt {
  // Holds: the C string lives for the length of the call.
  unsafe path.withPlatformString { unsafe open($0, flags | O_CLOEXEC, mode) }
}

/// The kinds of file that we treat differently.
enum FileKind {
  case regular, directory, characterDevice, pipe, other

  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .directory
    case S_IFCHR: self = .characterDevice
    case S_IFIFO: self = .pipe
    default: self = .other
    }
  }
}

/// `fstat` with our errors.
func status(of descriptor: CInt, _ subject: String) throws(StreamError) -> stat {
  var result = stat()
  _ = try systemCall("examine", subject) { unsafe fstat(descriptor, &result) }
  return result
}

/// Waits until a descriptor that somebody made non-blocking is ready for `events`.
func waitUntilReady(_ descriptor: CInt, _ events: CInt, _ act: String, _ subject: String) throws(StreamError) {
  var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  _ = try systemCall(act, subject) { unsafe poll(&request, 1, -1) }
}

/// Reads once into `buffer`; 0 is the end of the file.
func readSome(
  _ descriptor: CInt, into buffer: inout MutableRawSpan, _ subject: String
) throws(StreamError) -> Int {
  while true {
    // Holds: the pointer is used only during the call, and the length is the buffer's own.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in unsafe read(descriptor, bytes.baseAddress, bytes.count)
    }
    if count >= 0 { return count }
    switch errno {
    case EINTR: continue
    case EAGAIN: try waitUntilReady(descriptor, CInt(POLLIN), "read", subject)
    case let code: throw .system(Errno(rawValue: code), act: "read", subject: subject)
    }
  }
}

/// Writes all of `bytes`.
func writeAll(_ bytes: RawSpan, to descriptor: CInt, _ subject: String) throws(StreamError) {
  var done = 0
  while done < bytes.byteCount {
    // Holds: the pointer is used only during the call, for the bytes after `done` that the span still has.
    let count = unsafe bytes.withUnsafeBytes { all in
      unsafe write(descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done)
    }
    if count >= 0 {
      done += count
      continue
    }
    switch errno {
    case EINTR: continue
    case EAGAIN: try waitUntilReady(descriptor, CInt(POLLOUT), "write", subject)
    case let code: throw .system(Errno(rawValue: code), act: "write", subject: subject)
    }
  }
}

/// `close` once; unlike other calls it is not repeated after EINTR, because the descriptor is gone by then.
func closeChecked(_ descriptor: CInt, _ subject: String) throws(StreamError) {
  if close(descriptor) == -1, errno != EINTR {
    throw .system(Errno(rawValue: errno), act: "close", subject: subject)
  }
}
