import MIME

extension Failure {
  /// The failure of reading or writing message syntax.
  init(_ error: MIMEError) {
    switch error {
    case .stream(let cause): self.init(cause)
    case .limit(let limit, let value):
      self.init(.malformedInput, "the message has more than \(value) \(limit.rawValue), the limit")
    case .forbiddenOctet(let octet, let subject) where octet >= 0x80:
      self.init(
        .malformedInput, "the \(subject) holds a letter outside of ASCII where mail must not carry one",
        hint: "write the address with ASCII letters")
    case .forbiddenOctet(let octet, let subject):
      self.init(
        .malformedInput, "the \(subject) holds the control character \(octet), which mail must not carry",
        hint: "remove it from the message")
    case .malformed(.headerLine, let text):
      self.init(
        .malformedInput, "`\(text)` is no header line, and no empty line stands before it",
        hint: "put an empty line between header and text")
    case .malformed(let syntax, let text): self.init(.malformedInput, "`\(text)` is no \(syntax.rawValue)")
    case .unknownCharset(let name): self.init(.malformedInput, "the charset \(name) is unknown here")
    case .malformedEncoding(let reason): self.init(.malformedInput, "a transfer encoding is broken: \(reason)")
    case .notReproduced(let difference):
      self.init(.internalError, "what was built does not read back as it should: \(difference); nothing was written")
    }
  }
}
