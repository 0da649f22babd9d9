internal import CCurl
import SystemPackage

extension CurlLogin {
  /// Our error for libcurl's.
  func error(_ code: CURLcode, _ handle: CurlHandle) -> TransportError {
    let host = server.host
    let text = ForeignText(handle.text(for: code))
    let answer = handle.dialogue.lastAnswer
    switch code {
    case CURLE_ABORTED_BY_CALLBACK: return .cancelled
    case CURLE_COULDNT_RESOLVE_HOST: return .hostUnknown(host: host)
    case CURLE_COULDNT_CONNECT: return unreached(handle, text)
    case CURLE_COULDNT_RESOLVE_PROXY:
      return .cannotConnect(host: host, ForeignText("\(proxyName) has no address"))
    case CURLE_PROXY: return .cannotConnect(host: host, ForeignText("\(proxyName) \(proxyProblem(handle, text))"))
    case CURLE_RECV_ERROR where text.description.contains("CONNECT tunnel"):
      let status = handle.number(CURLINFO_HTTP_CONNECTCODE) ?? 0
      return .cannotConnect(host: host, ForeignText("\(proxyName) refuses, with HTTP status \(status)"))
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

  /// Why no connection came about, to the server or to the proxy on the way: libcurl says it in words of its own, and of the system's
  /// error only the number.
  private func unreached(_ handle: CurlHandle, _ text: ForeignText) -> TransportError {
    let host = server.host
    let code = Errno(rawValue: CInt(truncatingIfNeeded: handle.number(CURLINFO_OS_ERRNO) ?? 0))
    let isProxy = isThroughProxy(text)
    let subject = isProxy ? proxyName : "port \(server.port)"
    switch code {
    case .connectionRefused: return .cannotConnect(host: host, ForeignText("\(subject) refuses connections"))
    case .networkUnreachable, .hostIsDown, .noRouteToHost, .addressNotAvailable, .networkDown:
      return .cannotConnect(
        host: host, ForeignText("there is no way \(isProxy ? "to \(proxyName)" : "there") from here"))
    case .timedOut where !isProxy: return .timedOut(host: host, phase: .connecting)
    case Errno(rawValue: 0): return .cannotConnect(host: host, text)
    default:
      let words = String(describing: code)
      return .cannotConnect(host: host, ForeignText("\(subject): \(words.prefix(1).lowercased() + words.dropFirst())"))
    }
  }

  /// Whether what libcurl says is about the way to a proxy.
  private func isThroughProxy(_ text: ForeignText) -> Bool {
    switch options.proxy {
    case _ where server.isLoopback: false
    case .none: false
    case .proxy: true
    // Only libcurl knows what the environment says; it names whom it could not reach.
    case .environment: !text.description.contains(server.host)
    }
  }

  private var proxyName: String {
    if case .proxy(let proxy) = options.proxy { return "the proxy \(proxy.host):\(proxy.port)" }
    return "the proxy of the environment"
  }

  /// What a SOCKS proxy answered, after its name. Source: RFC 1928 §6
  private func proxyProblem(_ handle: CurlHandle, _ text: ForeignText) -> String {
    switch CURLproxycode(UInt32(truncatingIfNeeded: handle.number(CURLINFO_PROXY_ERROR) ?? 0)) {
    case CURLPX_REPLY_CONNECTION_REFUSED: "says that port \(server.port) refuses connections"
    case CURLPX_REPLY_HOST_UNREACHABLE, CURLPX_RESOLVE_HOST: "does not reach the host"
    case CURLPX_REPLY_NETWORK_UNREACHABLE: "does not reach the network"
    case CURLPX_REPLY_NOT_ALLOWED: "does not allow it"
    case CURLPX_REPLY_TTL_EXPIRED: "gets no answer"
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE: "failed"
    case CURLPX_NO_AUTH, CURLPX_USER_REJECTED: "wants a login, which is not given here"
    case CURLPX_CLOSED, CURLPX_RECV_CONNECT, CURLPX_RECV_REQACK, CURLPX_SEND_CONNECT, CURLPX_SEND_REQUEST:
      "ended the connection"
    case CURLPX_BAD_VERSION: "does not speak SOCKS 5"
    default: "cannot be used: \(text)"
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
