/// One reply of a server: its code and its words. Source: RFC 5321 §4.2
package struct SMTPReply: Sendable, Equatable {
  /// From 200 to 599.
  package let code: Int

  /// The text after the code, one for each line, without line ends, as the server sent it.
  let lines: [[UInt8]]

  package init(code: Int, lines: [[UInt8]]) {
    self.code = code
    self.lines = lines
  }

  /// 2yz: done.
  var isPositive: Bool { code / 100 == 2 }
  /// 3yz: go on.
  var isIntermediate: Bool { code / 100 == 3 }
  /// 4yz: not now.
  package var isTemporary: Bool { code / 100 == 4 }
  /// 5yz: not ever.
  package var isPermanent: Bool { code / 100 == 5 }
  /// The server closes the connection, whatever it was asked. Source: RFC 5321 §3.8
  var isShuttingDown: Bool { code == 421 }

  /// The server's own words after its code, the lines joined by blanks, such as `550 5.1.1 No such user`.
  package var words: ForeignText {
    ForeignText(Array("\(code)".utf8) + lines.flatMap { $0.isEmpty ? [] : [0x20] + $0 })
  }

  /// The error that this reply amounts to where it ends the dialogue.
  func turningAway(from host: String) -> TransportError { .turnedAway(host: host, words, isTemporary: isTemporary) }
}

/// An SMTP extension that a message may need. Source: RFC 5321 §2.2
package enum SMTPExtension: Sendable, Hashable, CaseIterable {
  /// RFC 6152
  case eightBitMIME
  /// RFC 6531
  case smtpUTF8
  /// RFC 3461; wanted at most, never needed.
  case dsn

  /// The keyword of the EHLO reply.
  package var keyword: String {
    switch self {
    case .eightBitMIME: "8BITMIME"
    case .smtpUTF8: "SMTPUTF8"
    case .dsn: "DSN"
    }
  }
}
