import ByteStreams
import MailTransport
import SystemPackage

/// The message a command works on.
enum Input {
  /// Up to this many bytes of a pipe stay in memory; more go to an unlinked file of mode 0600.
  private static let memoryLimit = 32 << 20

  /// The bytes of the file at `path`, or of standard input for `-` and nil.
  ///
  /// - Throws: `StreamError`.
  static func bytes(of path: String?, console: Console) throws(StreamError) -> ByteStore {
    if let path, path != "-" {
      return try ByteStore.load(ReadableFile.open(FilePath(path)), memoryLimit: memoryLimit)
    }
    if console.terminal.inputIsTerminal {
      console.note("reading the message from the terminal, to the end of input (ctrl-D)")
    }
    return try ByteStore.load(
      DescriptorSource(.standardInput, subject: "standard input"), memoryLimit: memoryLimit)
  }

  /// The same for what is never large, kept in memory.
  ///
  /// - Throws: `StreamError.limitExceeded` as soon as more than `limit` bytes come.
  static func bytes(of path: String?, limit: Int, console: Console) throws(StreamError) -> ByteStore {
    let name = name(of: path)
    if let path, path != "-" {
      return ByteStore(try ReadableFile.open(FilePath(path)).source().readAll(limit: limit, what: name))
    }
    if console.terminal.inputIsTerminal { console.note("reading from the terminal, to the end of input (ctrl-D)") }
    return ByteStore(try DescriptorSource(.standardInput, subject: name).readAll(limit: limit, what: name))
  }

  /// The message there: of a file of the outbox what goes out, without what is known of it.
  ///
  /// - Throws: `StreamError`.
  static func mail(at path: String?, console: Console) throws(StreamError) -> ByteStore {
    try OutboxRecord.message(in: try bytes(of: path, console: console))
  }

  /// The message that a program pipes to a sendmail, up to where it ends.
  ///
  /// - Throws: `StreamError`.
  static func message(_ ending: MessageEnding, console: Console) throws(StreamError) -> ByteStore {
    guard ending == .loneDot else { return try mail(at: nil, console: console) }
    if console.terminal.inputIsTerminal {
      console.note("reading the message from the terminal, to a line with a single dot")
    }
    let source = DescriptorSource(.standardInput, subject: "standard input")
    let spool = Spool(memoryLimit: memoryLimit)
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    var dot = LoneDot()
    var end: Int?
    while end == nil {
      let count = try source.read(into: &chunk)
      if count == 0 { break }
      end = dot.feed(chunk[..<count])
      try ArraySource(Array(chunk[..<count])).copy(to: spool)
    }
    return try OutboxRecord.message(in: try spool.store().slice(0..<(end ?? dot.finish())))
  }

  /// What a report calls the input.
  static func name(of path: String?) -> String {
    guard let path, path != "-" else { return "standard input" }
    return path
  }
}
