extension MailServer {
  /// Connects, secures and logs in as for the real work, and takes leave: no mail is looked at or handed over.
  ///
  /// - Throws: `TransportError`, one case for each way in which this fails.
  package func probe(
    _ spoken: MailProtocol, credential: ServerCredential?, options: ConnectionOptions = ConnectionOptions(),
    plaintext: PlaintextPermission = .loopbackOnly
  ) async throws(TransportError) -> ServerProbe {
    try checkLogin(credential, plaintext)
    let login = CurlLogin(
      spoken: spoken, server: self, credential: credential, options: options,
      timeLimit: options.patience ?? SMTPTimeouts().connecting, clientName: SMTPSubmitter.discreetName)
    let result = await StopFlag.run { stop in
      Result { () throws(TransportError) in
        BrokenPipe.becomesAnError()
        let connection = try CurlConnection(login, stop)
        // Only manners: whether the server still hears it changes nothing.
        connection.give(Array((spoken == .imap ? "L9 LOGOUT\r\n" : "QUIT\r\n").utf8))
        _ = connection.flush()
        return ServerProbe(
          channel: connection.tlsVersion.map { "\(name) (\($0))" } ?? name, certificate: connection.certificate)
      }
    }
    return try result.get()
  }
}
