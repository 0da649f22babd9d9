extension MailServer {
  /// Makes sure that a credential fits the server's user, and would not travel unprotected.
  ///
  /// - Parameter plaintext: allows a login without TLS, and that to this machine only.
  /// - Throws: `TransportError.target`.
  func checkLogin(_ credential: ServerCredential?, _ plaintext: PlaintextPermission) throws(TransportError) {
    switch (user, credential) {
    case (nil, nil): break
    case (let user?, nil): throw .target(.secretMissing(user: user, host: host))
    case (nil, _?): throw .target(.userMissing(host: host))
    case (_?, _?):
      if security == .plaintext, !(isLoopback && plaintext == .anyHost) { throw .target(.loginWithoutTLS(host: host)) }
    }
  }
}

extension ServerStream {
  /// Connects, secures and logs in.
  ///
  /// - Throws: `TransportError`, one case for each way in which this fails.
  static func open(
    _ spoken: MailProtocol, _ server: MailServer, _ credential: ServerCredential?, _ options: ConnectionOptions,
    within limit: Duration, stop: StopFlag
  ) throws(TransportError) -> ServerStream {
    BrokenPipe.becomesAnError()
    let login = CurlLogin(spoken: spoken, server: server, credential: credential, options: options, timeLimit: limit)
    return ServerStream(try CurlConnection(login, stop), host: server.host, stop: stop)
  }
}
