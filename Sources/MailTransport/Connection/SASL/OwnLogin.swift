import ByteStreams

/// A login that libcurl cannot do: by SCRAM, or by the commands of old, IMAP's LOGIN and POP3's USER and PASS, without the mechanisms
/// that libcurl would prefer to them.
///
/// It runs on a connection that is secured and not logged in, and asks the server again what it offers.
struct OwnLogin {
  let login: CurlLogin
  let user: String
  let password: SecretBytes
  private var lines: LineStream

  /// How many lines a server may say in answer to one of ours.
  private static let mostLines = 200

  init(_ login: CurlLogin, user: String, password: SecretBytes, on stream: ServerStream) {
    self.login = login
    self.user = user
    self.password = password
    lines = LineStream(stream, within: login.timeLimit)
  }

  private var host: String { login.server.host }

  /// Logs in by the best way that the server offers.
  ///
  /// - Throws: `authenticationNotOffered`, `authenticationRefused`, and what else ends a connection.
  mutating func run() throws(TransportError) {
    let offered = try offers()
    if let mechanism = SCRAMExchange.mechanisms.first(where: offered.mechanisms.contains) {
      guard let exchange = SCRAMExchange(mechanism, user: user, password: password) else {
        throw .gsaslMissing(host: host, mechanism)
      }
      return try authenticate(by: mechanism, exchange)
    }
    guard offered.takesPassword else { throw .authenticationNotOffered(host: host) }
    if login.spoken == .imap { try sayLogin() } else { try sayUserAndPassword() }
  }

  /// What the server offers: the mechanisms, and whether it takes the command of old.
  private mutating func offers() throws(TransportError) -> (mechanisms: Set<String>, takesPassword: Bool) {
    var mechanisms: Set<String> = []
    var takesPassword = login.spoken == .imap
    try lines.send(
      login.spoken == .smtp ? "EHLO \(login.clientName)" : login.spoken == .imap ? "L1 CAPABILITY" : "CAPA")
    for _ in 0..<Self.mostLines {
      let line = String(decoding: try lines.next(), as: UTF8.self).uppercased()
      switch login.spoken {
      case .smtp:
        let words = line.dropFirst(4).split(separator: " ")
        if words.first == "AUTH" { mechanisms.formUnion(words.dropFirst().map(String.init)) }
        if line.dropFirst(3).first != "-" { return (mechanisms, false) }
      case .imap:
        if line.hasPrefix("* CAPABILITY ") {
          mechanisms.formUnion(
            line.split(separator: " ").filter { $0.hasPrefix("AUTH=") }.map { String($0.dropFirst(5)) })
          if line.split(separator: " ").contains("LOGINDISABLED") { takesPassword = false }
        }
        if line.hasPrefix("L1 ") { return (mechanisms, takesPassword) }
      case .pop3:
        let words = line.split(separator: " ")
        // A server without CAPA takes USER if anything. Source: RFC 1939 §7
        if line.hasPrefix("-ERR") { return ([], true) }
        if words.first == "SASL" { mechanisms.formUnion(words.dropFirst().map(String.init)) }
        if words.first == "USER" { takesPassword = true }
        if line == "." { return (mechanisms, takesPassword) }
      }
    }
    throw .protocolViolation(host: host, "more lines than a list of capabilities has")
  }

  /// The exchange of a SASL mechanism. Source: RFC 4954 §4, RFC 3501 §6.2.2, RFC 5034 §4
  private mutating func authenticate(by mechanism: String, _ exchange: SCRAMExchange) throws(TransportError) {
    try lines.send((login.spoken == .imap ? "L2 AUTHENTICATE " : "AUTH ") + mechanism)
    for _ in 0..<Self.mostLines {
      let line = try lines.next()
      if let challenge = challenge(in: line) {
        guard let answer = exchange.answer(to: challenge) else {
          throw .protocolViolation(host: host, "it does not know the password by which it lets us in")
        }
        try lines.send(answer)
        continue
      }
      guard let answer = LoginAnswer(lastOf: [line], login.spoken) else { continue }
      try judge(answer)
      // Somebody who only says yes may be anybody.
      guard exchange.isProved else {
        throw .protocolViolation(host: host, "it did not prove that it knows the password")
      }
      return
    }
    throw .protocolViolation(host: host, "a login without an end")
  }

  /// What a line asks for, in Base64; nil when it asks for nothing.
  private func challenge(in line: [UInt8]) -> String? {
    let text = String(decoding: line, as: UTF8.self)
    let mark = login.spoken == .smtp ? "334" : "+"
    guard text == mark || text.hasPrefix(mark + " ") else { return nil }
    return String(text.dropFirst(mark.count + 1))
  }

  /// IMAP's command, each word of it as a literal, which can hold anything. Source: RFC 3501 §6.2.3
  private mutating func sayLogin() throws(TransportError) {
    try lines.send("L2 LOGIN {\(user.utf8.count)}")
    try awaitContinuation()
    try lines.send("\(user) {\(password.count)}")
    try awaitContinuation()
    try password.withBytes { bytes throws(TransportError) in
      try lines.stream.send(
        (0..<bytes.byteCount).map { bytes[$0] } + [0x0D, 0x0A], .connecting, within: login.timeLimit)
    }
    for _ in 0..<Self.mostLines {
      guard let answer = LoginAnswer(lastOf: [try lines.next()], .imap) else { continue }
      return try judge(answer)
    }
    throw .protocolViolation(host: host, "a login without an end")
  }

  /// Waits until the server wants the literal that was announced.
  private mutating func awaitContinuation() throws(TransportError) {
    for _ in 0..<Self.mostLines {
      let line = try lines.next()
      if challenge(in: line) != nil { return }
      guard let answer = LoginAnswer(lastOf: [line], .imap) else { continue }
      try judge(answer)
      throw .protocolViolation(host: host, "a login that ended before it was said")
    }
    throw .protocolViolation(host: host, "a login without an end")
  }

  /// The commands that every POP3 server had once. Source: RFC 1939 §7
  private mutating func sayUserAndPassword() throws(TransportError) {
    try lines.send("USER \(user)")
    guard let first = LoginAnswer(lastOf: [try lines.next()], .pop3) else {
      throw .authenticationNotOffered(host: host)
    }
    try judge(first)
    try password.withBytes { bytes throws(TransportError) in
      let secret = (0..<bytes.byteCount).map { bytes[$0] }
      try lines.stream.send(Array("PASS ".utf8) + secret + [0x0D, 0x0A], .connecting, within: login.timeLimit)
    }
    guard let second = LoginAnswer(lastOf: [try lines.next()], .pop3) else {
      throw .protocolViolation(host: host, "no answer to PASS")
    }
    try judge(second)
  }

  private func judge(_ answer: LoginAnswer) throws(TransportError) {
    switch answer.finding {
    case .positive: return
    case .temporary: throw .turnedAway(host: host, answer.words, isTemporary: true)
    case .permanent, .intermediate:
      throw .authenticationRefused(host: host, user: user, answer.words, secret: login.options.secretOrigin)
    }
  }
}
