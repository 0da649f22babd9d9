internal import CCurl

extension CurlLogin {
  /// Our error for libcurl's.
  func error(_ code: CURLcode, _ handle: CurlHandle) -> TransportError {
    let host = server.host
    let text = ForeignText(handle.text(for: code))
    let answer = handle.dialogue.lastAnswer
    switch code {
    case CURLE_ABORTED_BY_CALLBACK: return .cancelled
    case CURLE_COULDNT_RESOLVE_HOST: return .hostUnknown(host: host)
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
      return .cannotConnect(host: host, ForeignText("through the proxy: \(text)"))
    case CURLE_RECV_ERROR where text.description.contains("CONNECT tunnel"): return .cannotConnect(host: host, text)
    case CURLE_RECV_ERROR where text.description.contains("certificate required"):
      return .tls(host: host, .clientCertificateWanted)
    case CURLE_OPERATION_TIMEDOUT: return .timedOut(host: host, phase: .connecting)
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR: return .connectionLost(host: host, phase: .connecting)
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION, CURLE_FAILED_INIT:
      return .curlMissing(text.description)
    case CURLE_USE_SSL_FAILED:
      return .tls(host: host, handle.dialogue.isPreauthenticated ? .preauthenticated : .startTLSNotOffered)
    case CURLE_SSL_CACERT_BADFILE:
      if case .file(let path) = options.trust { return .tls(host: host, .trustFile(path)) }
      return .tls(host: host, .certificate(text))
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return .tls(host: host, .otherPublicKey)
    case CURLE_SSL_CERTPROBLEM:
      return .tls(host: host, .clientCertificate(options.clientCertificate?.certificate ?? "", text))
    case CURLE_SSL_CLIENTCERT: return .tls(host: host, .clientCertificateWanted)
    case CURLE_PEER_FAILED_VERIFICATION: return .tls(host: host, certificateProblem(handle, text))
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .tls(host: host, .handshake(text))
    // A server without CAPA refuses that, and is then asked in the way of old.
    case CURLE_LOGIN_DENIED where spoken == .pop3 && !handle.dialogue.hasAskedUs:
      return .authenticationNotOffered(host: host)
    case CURLE_LOGIN_DENIED:
      guard let answer, answer.finding != .positive else { return .authenticationNotOffered(host: host) }
      if answer.finding == .temporary { return .turnedAway(host: host, answer.words, isTemporary: true) }
      return .authenticationRefused(
        host: host, user: server.user ?? "", answer.finding == .permanent ? answer.words : nil,
        secret: options.secretOrigin)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED:
      if let answer, answer.finding == .temporary || answer.finding == .permanent {
        return .turnedAway(host: host, answer.words, isTemporary: answer.finding == .temporary)
      }
      return .protocolViolation(host: host, text.description)
    default: return .cannotConnect(host: host, text)
    }
  }

  /// Which fault the certificate has. Source: openssl-verification-options(1), `X509_V_ERR_…`
  private func certificateProblem(_ handle: CurlHandle, _ text: ForeignText) -> TLSProblem {
    switch handle.number(CURLINFO_SSL_VERIFYRESULT) {
    case 9: .certificateNotYetValid
    case 10: .certificateExpired
    case 18: .selfSigned
    case 2, 19, 20, 21: .unknownIssuer
    case 23: .certificateRevoked
    // The chain is good or was not judged yet: what libcurl itself compares is the name.
    case 0 where text.description.contains("subject name"), 1 where text.description.contains("subject name"):
      .otherHost
    default: .certificate(text)
    }
  }
}
