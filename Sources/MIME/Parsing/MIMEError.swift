package import ByteStreams

/// What can go wrong while message syntax is read or written.
///
/// Mangled mail is rarely an error: the parser gives every byte sequence a structure, and notes the harm as an
/// `Entity.Defects`. An error means a limit, a failing source, or a value that must not be written.
package enum MIMEError: Error, Equatable, Sendable {
  /// The message goes past one of `MIMELimits`; `value` is the bound that was passed.
  case limit(MIMELimit, value: Int)
  /// The bytes could not be read or written.
  case stream(StreamError)
  /// A value to be written holds an octet that mail headers must not carry (CR, LF, NUL or another control
  /// character); `subject` names what it was found in, such as "Subject" or "address".
  case forbiddenOctet(UInt8, subject: String)
  /// A value does not follow its grammar; `text` is the value as given.
  case malformed(Syntax, text: String)
  /// The charset is unknown to this machine; the name is as the message spells it.
  case unknownCharset(String)
  /// A transfer encoding is unknown or its bytes are broken; the text says how, in lower case without a full stop.
  case malformedEncoding(String)
  /// What was built does not parse back to what was meant; the text names the difference.
  case notReproduced(String)

  /// The grammars that a given value can fail.
  package enum Syntax: String, Sendable {
    case address = "address"
    case mailboxList = "list of addresses"
    case date = "date"
    case messageID = "message ID"
    case fieldName = "header field name"
    case headerLine = "header line"
    case mediaType = "media type"
    case parameterName = "parameter name"
    case boundary = "boundary"
  }
}
