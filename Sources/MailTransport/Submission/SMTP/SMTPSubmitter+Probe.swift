extension SMTPSubmitter {
  /// Connects, secures and logs in as for a submission, and takes leave: no mail is handed over.
  ///
  /// - Returns: What answered, as reports show it: `mail.example.org:465 (TLS 1.3)`.
  /// - Throws: `TransportError`, one case for each way in which this fails.
  package func probe() async throws(TransportError) -> String {
    let result = await StopFlag.run { stop in
      Result { () throws(TransportError) in
        BrokenPipe.becomesAnError()
        let login = CurlLogin(
          spoken: .smtp, server: server, credential: credential, options: options, timeLimit: timeouts.connecting,
          clientName: clientName)
        let connection = try CurlConnection(login, stop)
        // Only manners: whether the server still hears it changes nothing.
        connection.give(Array("QUIT\r\n".utf8))
        _ = connection.flush()
        return connection.tlsVersion.map { "\(server.name) (\($0))" } ?? server.name
      }
    }
    return try result.get()
  }
}
