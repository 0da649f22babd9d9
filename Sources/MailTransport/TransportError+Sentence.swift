import ByteStreams

extension TransportError: CustomStringConvertible {
  /// One sentence for people: lower case, no full stop, the act first, then the cause.
  package var description: String {
    switch self {
    case .target(let problem): problem.description
    case .envelope(let problem): problem.description
    case .content(let problem, let label): "cannot submit the \(label): \(problem.description)"
    case .reading(let error, let label): "cannot read the \(label) to submit it: \(error.cause)"
    case .curlMissing(let detail): "cannot connect to mail servers: libcurl cannot be used: \(detail)"
    case .hostUnknown(let host): "cannot connect to \(host): the host has no address"
    case .cannotConnect(let host, let cause): "cannot connect to \(host): \(cause)"
    case .timedOut(let host, let phase): "no answer from \(host) in time while \(phase.name)"
    case .connectionLost(let host, let phase): "the connection to \(host) was lost while \(phase.name)"
    case .tls(let host, let problem): "no trusted connection to \(host): \(problem.description)"
    case .turnedAway(let host, let words, _): "\(host) turned us away: \(words)"
    case .authenticationRefused(let host, let user, let words, _):
      "\(host) refused the login of \(ForeignText(user))\(words.map { ": \($0)" } ?? "")"
    case .authenticationNotOffered(let host):
      "cannot log in to \(host): it offers no way that fits the credential and is safe"
    case .gsaslMissing(let host, let mechanism):
      "cannot log in to \(host): it wants \(mechanism), for which libgsasl is needed"
    case .protocolViolation(let host, let what): "\(host) broke the protocol: \(what)"
    case .incapable(let host, let what): "\(host) cannot do what is needed: \(what)"
    case .messageRefused(let host, let words): "\(host) does not give the message: \(words)"
    case .extensionMissing(let host, let needed):
      "the message needs \(needed.keyword), which \(host) lacks"
    case .messageTooLarge(let host, let label, let octets, let limit):
      "the \(label) has \(octets) bytes, and \(host) takes \(limit)"
    case .program(let path, let problem): "cannot submit through \(path): \(problem.description)"
    case .commandRefused(let host, let phase, let words, _): "\(host) refused while \(phase.name): \(words)"
    case .mailboxMissing(let host, let mailbox, let words):
      "cannot open the mailbox \(ForeignText(mailbox)) at \(host): \(words)"
    case .messageMissing(let host, let uid, let mailbox):
      "there is no message \(uid) in the mailbox \(ForeignText(mailbox)) at \(host)"
    case .mailboxChanged(let host, let mailbox):
      "the messages of the mailbox \(ForeignText(mailbox)) at \(host) were numbered anew"
    case .othersWouldGo(let host, let mailbox):
      "cannot remove messages from the mailbox \(ForeignText(mailbox)) at \(host): others are marked for it, too, "
        + "and the server would remove them all"
    case .preauthenticated(let host): "cannot log in to \(host): it says that we are logged in already"
    case .loginImpossible(let host, let reason): "cannot log in to \(host): \(reason)"
    case .filingUnknown(let host, let mailbox, let reason):
      "nobody knows whether \(host) has the message in \(ForeignText(mailbox)): \(reason)"
    case .maildir(let path, let error): "cannot deliver into \(path): \(error.cause)"
    case .cancelled: "the submission was cancelled"
    }
  }
}

extension StreamError {
  /// Why, in words.
  fileprivate var cause: String {
    switch self {
    case .system(let code, _, _):
      let words = String(describing: code)
      return words.prefix(1).lowercased() + words.dropFirst()
    case .limitExceeded(let limit, let what): return "\(what) is larger than \(limit) bytes"
    case .malformed(let reason): return reason
    case .exists: return "it exists"
    case .exposed: return "others may change what is in it"
    case .changed: return "it changed meanwhile"
    case .cancelled: return "interrupted"
    }
  }
}

extension TargetProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownScheme(let text):
      "cannot submit by \"\(text)\": the known ways are sendmail:, maildir:, smtps://, smtp+starttls:// and smtp://"
    case .unknownSource(let text):
      "cannot fetch from \"\(text)\": the known ways are imaps://, imap+starttls://, imap://, pop3s://, pop3+starttls:// and pop3://"
    case .unknownKeeper(let text):
      "cannot keep sent mail in \"\(text)\": the known places are maildir:, imaps://, imap+starttls:// and imap://"
    case .passwordInURL: "a password in a URL is refused: process lists and logs would show it"
    case .plaintextRefused(let host):
      "a connection without TLS to \(host) is refused: the mail and the login would travel unprotected"
    case .host(let text): "the server's URL names no host: \"\(text)\""
    case .port(let text): "the server's URL has no usable port: \"\(text)\""
    case .user: "the user name in the server's URL is empty, wrongly encoded, or holds control characters"
    case .secretMissing(let user, let host):
      "cannot log in to \(host) as \(ForeignText(user)): no password or token is known"
    case .userMissing(let host): "cannot log in to \(host): there is a secret, and the server's URL names no user"
    case .secretHoldsNUL(let host): "cannot log in to \(host): the secret holds a NUL or a line end"
    case .loginWithoutTLS(let host): "cannot log in to \(host): the secret would travel without TLS"
    case .path(let text): "a path that is absolute or starts with ~/ is needed, not \"\(text)\""
    case .pinnedKey(let text): "a pinned key is sha256// and the 44 characters of a hash in Base64, not \"\(text)\""
    case .proxy(let text):
      "a proxy is socks5h://HOST:PORT, http://HOST:PORT or none, not \"\(text)\": names are resolved by the proxy alone"
    case .trailing(let text): "the server's URL goes on after host and port: \"\(text)\""
    case .mailbox(let text):
      "the mailbox in the server's URL is too long, wrongly encoded, or holds control characters: \"\(text)\""
    case .messageNumber(let text): "the server's URL names a message by no number from 1 to 4294967295: \"\(text)\""
    }
  }
}

extension EnvelopeProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noRecipient: "there is no recipient to submit to"
    case .leadingHyphen(let address): "the address \(address) is refused: it starts with a hyphen, as options do"
    case .unsafeCharacter(let address):
      "the address \"\(address)\" is refused: it holds a character that ends an address"
    }
  }
}

extension ContentProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "it is empty"
    case .bareLineEnd(let offset): "a CR or LF stands alone at byte \(offset), which servers read in different ways"
    case .nul(let offset): "it holds a NUL at byte \(offset)"
    case .longLine(let offset): "the line at byte \(offset) is longer than the 998 bytes that servers carry"
    }
  }
}

extension TLSProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .certificateExpired: "its certificate has expired"
    case .certificateNotYetValid: "its certificate is not valid yet"
    case .certificateRevoked: "its certificate was revoked"
    case .otherHost: "its certificate is for another host"
    case .selfSigned: "its certificate vouches for itself, and nobody trusted vouches for it"
    case .unknownIssuer: "nobody this machine trusts vouches for its certificate"
    case .certificate(let detail): "its certificate cannot be verified: \(detail)"
    case .startTLSNotOffered: "the server does not offer STARTTLS"
    case .preauthenticated: "the server says that we are logged in already, where TLS should begin first"
    case .handshake(let detail): "the TLS handshake failed: \(detail)"
    case .otherPublicKey: "its public key is not the pinned one"
    case .clientCertificate(let path, let detail): "the client certificate \(path) or its key cannot be used: \(detail)"
    case .clientCertificateWanted: "the server wants a client certificate"
    case .trustFile(let path): "the file of trusted certificates cannot be read: \(path)"
    }
  }
}

extension ProgramProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound: "there is no such program, or it may not be run"
    case .thisProgram: "that is this program itself"
    case .notStarted(let cause): "it could not be started: \(cause)"
    }
  }
}
