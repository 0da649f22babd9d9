import ByteStreams
import CGPGME

/// What dirmngr answered to one command.
struct DirmngrAnswer {
  /// The data lines, joined and with their escapes undone.
  var data: [UInt8] = []
  /// What stands behind `S KEYSERVER`.
  var servers: [String] = []
  /// gpg-error's code; 0 for a success.
  var code: gpgme_error_t = 0
}

/// How far a question to the network may go.
package struct NetworkLimits: Sendable {
  /// How long all of it may take.
  package var time: Duration
  /// How many bytes may come; certificates with all certifications that people collect have some hundred kilobytes.
  package var bytes = 8 << 20

  package init(time: Duration = .seconds(30)) { self.time = time }
}

extension Context {
  /// Has dirmngr do `commands` in one session; one answer for each that it came to.
  ///
  /// The user's own dirmngr, as dirmngr.conf has it, is started when it does not run. What it brings stays in memory: no keyring
  /// learns of it.
  /// - Parameters:
  ///   - files: what gpg-connect-agent answers when dirmngr asks back: the name of the question and a path.
  ///   - input: what stands on gpg-connect-agent's standard input.
  /// - Throws: `.network`, `.cancelled`.
  ///
  /// GPGME: `gpgme_op_spawn` of gpg-connect-agent, because `gpgme_op_assuan_transact` cannot answer what dirmngr asks
  borrowing func askDirmngr(
    _ commands: [String], files: [(name: String, path: String)] = [], input: [UInt8] = [], limits: NetworkLimits,
    for operation: GPGMEError.Operation, subject: String?
  ) throws(GPGMEError) -> [DirmngrAnswer] {
    precondition(!commands.contains { $0.contains { $0.isNewline } }, "a command is one line")
    func failure(_ cause: GPGMEError.Cause) -> GPGMEError { GPGMEError(operation, subject: subject, cause: cause) }
    if cancellation.isCancelled { throw failure(.cancelled) }
    guard let program = program("gpg-connect-agent") else { throw failure(.network(.noDirmngr)) }
    // A few bytes in a hundred are escaped.
    let sink = MemorySink(limit: limits.bytes + limits.bytes / 4, what: "an answer from the network")
    let loop = EventLoop(token: cancellation, patience: nil, deadline: .now + limits.time)
    let output = try DataObject.writing(sink, loop: loop)
    let given = try DataObject.reading(ArraySource(input), loop: loop)
    let arguments =
      ["gpg-connect-agent", "--quiet"] + homeArguments + ["--dirmngr"]
      + files.map { "/definqfile \($0.name) \($0.path)" } + commands + ["/bye"]
    var context: gpgme_ctx_t?
    // A context of its own for this one call: changing the protocol of ours would drop its results.
    guard unsafe gpgme_new(&context) == 0, let context = unsafe context else { throw failure(.network(.dirmngrFailed)) }
    defer { unsafe gpgme_release(context) }
    unsafe loop.attach(to: context)
    var code = unsafe gpgme_set_protocol(context, GPGME_PROTOCOL_SPAWN)
    if code == 0 {
      code = unsafe withCStrings(arguments) {
        unsafe gpgme_op_spawn_start(context, program, $0, given.handle, output.handle, nil, 0)
      }
    }
    guard code == 0 else { throw failure(.network(.noDirmngr)) }
    let outcome = unsafe loop.run(context)
    if case .limitExceeded? = output.box.error { throw failure(.network(.tooLarge(limit: limits.bytes))) }
    switch outcome.interruption {
    case .cancelled: throw failure(.cancelled)
    case .timedOut: throw failure(.network(.timedOut(seconds: Int(limits.time.components.seconds))))
    case nil: break
    }
    let answers = Self.answers(in: sink.bytes)
    guard !answers.isEmpty else {
      throw failure(.network(installation().dirmngr?.isProgram == true ? .dirmngrFailed : .noDirmngr))
    }
    return answers
  }

  /// What is behind dirmngr's answer; nil when it says that there is nothing.
  static func data(
    _ answer: DirmngrAnswer?, limits: NetworkLimits, for operation: GPGMEError.Operation, subject: String?
  ) throws(GPGMEError) -> [UInt8]? {
    guard let answer else { throw GPGMEError(operation, subject: subject, cause: .network(.connectionLost)) }
    guard answer.code != 0 else { return answer.data }
    let seconds = Int(limits.time.components.seconds)
    guard let problem = NetworkProblem(code: answer.code, seconds: seconds, limit: limits.bytes) else { return nil }
    throw GPGMEError(operation, subject: subject, cause: .network(problem))
  }

  /// Takes the lines of a session apart: `D` for data, `S` for facts, `OK` or `ERR` at the end of each answer.
  ///
  /// Data cannot break out of its lines, because line ends in it are escaped.
  private static func answers(in session: [UInt8]) -> [DirmngrAnswer] {
    var answers: [DirmngrAnswer] = []
    var current = DirmngrAnswer()
    for line in session.split(separator: 0x0A) {
      if line.starts(with: Array("D ".utf8)) {
        current.data += unescaped(line.dropFirst(2))
        continue
      }
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      switch words.first {
      case "S" where words.count == 3 && words[1] == "KEYSERVER":
        current.servers.append(String(words[2]))
        continue
      case "OK": answers.append(current)
      case "ERR":
        current.code = words.dropFirst().first.flatMap { gpgme_error_t($0) } ?? gpgme_error(GPG_ERR_GENERAL)
        answers.append(current)
      default: continue
      }
      current = DirmngrAnswer()
    }
    return answers
  }

  /// Bytes in which `%0A` stands for a line end, and the like.
  static func unescaped(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(line.count)
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == UInt8(ascii: "%"), index + 2 < line.endIndex,
        let value = UInt8(String(decoding: line[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        index += 3
      } else {
        bytes.append(line[index])
        index += 1
      }
    }
    return bytes
  }
}
