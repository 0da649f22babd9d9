internal import CCurl

/// How a login is tried.
enum LoginWay: Equatable {
  /// By libcurl, with these login options.
  case curl(String)
  /// By ourselves, after libcurl has connected and secured.
  case own
}

extension CurlLogin {
  /// The ways that fit the credential, in the order in which they are tried.
  ///
  /// Without a list libcurl would prefer CRAM-MD5, which keeps servers from storing passwords well. PLAIN inside TLS comes
  /// before SCRAM, because it is everywhere and needs nothing but libcurl.
  /// Source: curl_easy_setopt(3), `CURLOPT_LOGIN_OPTIONS`
  private var ways: [LoginWay] {
    guard server.user != nil else { return [.curl("")] }
    return switch (credential, spoken) {
    case (nil, _): [.curl("")]
    case (.password, _): [.curl("AUTH=PLAIN;AUTH=LOGIN"), .own]
    case (.token, _): [.curl("AUTH=OAUTHBEARER;AUTH=XOAUTH2")]
    case (.certificate, _): [.curl("AUTH=EXTERNAL")]
    }
  }

  /// Connects, secures and logs in, by the first way that the server offers: a connection of its own for each.
  ///
  /// - Throws: `TransportError`, one case for each way in which this fails.
  func connect(_ stop: StopFlag) throws(TransportError) -> CurlHandle {
    var ways = ways[...]
    while true {
      let way = ways.removeFirst()
      do throws(TransportError) {
        return try connect(way, stop)
      } catch {
        // Nothing was said of the credential then.
        guard case .authenticationNotOffered = error, !ways.isEmpty else { throw error }
      }
    }
  }

  private func connect(_ way: LoginWay, _ stop: StopFlag) throws(TransportError) -> CurlHandle {
    let handle = try CurlHandle(spoken, stop)
    try prepare(handle, way)
    let code = unsafe handle.library.perform(handle.raw)
    guard code == CURLE_OK else { throw error(code, handle) }
    try confirm(handle, way)
    if way == .own, case .password(let password)? = credential, let user = server.user {
      guard !handle.dialogue.isPreauthenticated else { throw .authenticationNotOffered(host: server.host) }
      let stream = ServerStream(try CurlConnection(handle, host: server.host), host: server.host, stop: stop)
      var login = OwnLogin(self, user: user, password: password, on: stream)
      try login.run()
    }
    return handle
  }
}
