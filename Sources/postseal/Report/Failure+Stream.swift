import ByteStreams
import SystemPackage

extension Failure {
  /// The failure of reading or writing bytes.
  init(_ error: StreamError) {
    switch error {
    case .system(let errno, let act, let subject):
      self.init(errno: errno, act: act, subject: subject)
    case .limitExceeded(let limit, let what):
      self.init(.malformedInput, "\(what) is larger than \(ByteCount(limit)), the limit")
    case .malformed(let reason):
      self.init(.malformedInput, "the input is malformed: \(reason)")
    case .exists(let path):
      self.init(
        .cannotCreate, "cannot write \(path): it exists", hint: "add `--force` to replace it, or name another file")
    case .exposed(let path, .foreign(let owner)):
      self.init(
        .configuration, "cannot use the folder \(path): it belongs to another user, number \(owner)",
        hint: "run it as that user, or let XDG_STATE_HOME name a folder of your own")
    case .exposed(let path, .writable(let mode)):
      self.init(
        .configuration,
        "cannot use the folder \(path): others may write to it (its mode is \(String(mode, radix: 8)))",
        hint: "look what is in it, then `chmod go-w \(ShellWord.quoted(path))`")
    case .changed(let path):
      self.init(.inputOutput, "\(path) changed while it was read, nothing was written", hint: "run it again")
    case .cancelled:
      self.init(.interrupted, "interrupted, nothing was written")
    }
  }

  /// The failure of writing to a standard stream.
  init(writing subject: String, failedWith errno: Errno) {
    self.init(errno: errno, act: "write", subject: subject)
  }

  /// The failure of a system call: `act` is its verb, `subject` a path or a role such as "standard output".
  private init(errno: Errno, act: String, subject: String) {
    // What an unset variable of a script leaves.
    let subject = subject.isEmpty ? "a file without a name" : subject
    switch errno {
    case .resourceTemporarilyUnavailable where act == "lock":
      self.init(
        .tryAgain, "cannot lock \(subject): another program has it locked",
        hint: "run it again when that has ended; a file `….lock` that nobody uses may be removed")
    case .brokenPipe where subject == "standard output": self.init(.brokenPipe, sentences: [], hints: [])
    case .noSpace, .diskQuotaExceeded:
      self.init(
        .inputOutput, "cannot \(act) \(subject): \(errno.sentence)", hint: "make room there, or write to another place")
    case _ where act == "open" || act == "read": self.init(.noInput, "cannot \(act) \(subject): \(errno.sentence)")
    case _ where act == "create": self.init(.cannotCreate, "cannot \(act) \(subject): \(errno.sentence)")
    default: self.init(.inputOutput, "cannot \(act) \(subject): \(errno.sentence)")
    }
  }
}

extension Errno {
  /// The system's words in the tool's manner: lower case, no full stop.
  var sentence: String {
    let words = String(describing: self)
    let first = words.prefix(1).lowercased()
    // "Input/output error" becomes lower case; "I/O …" and other abbreviations stay.
    return words.dropFirst().first?.isUppercase == true ? words : first + words.dropFirst()
  }
}
