extension SMTPSubmitter {
  /// Connects, secures and logs in as for a submission, and takes leave: no mail is handed over.
  ///
  /// - Throws: `TransportError`, one case for each way in which this fails.
  package func probe() async throws(TransportError) -> ServerProbe {
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
        return ServerProbe(
          channel: connection.tlsVersion.map { "\(server.name) (\($0))" } ?? server.name,
          certificate: connection.certificate)
      }
    }
    return try result.get()
  }
}
