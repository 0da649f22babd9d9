import GPGME

extension NetworkProblem {
  /// The exit status that it amounts to.
  var status: ExitStatus {
    switch self {
    case .noDirmngr, .dirmngrFailed: .configuration
    case .hostUnknown: .hostUnknown
    case .unreachable, .tlsUntrusted, .refused: .unavailable
    case .timedOut: .tryAgain
    case .connectionLost, .malformed, .tooLarge: .protocolError
    case .other: .systemError
    }
  }

  /// What the person can do about it; nil when nothing of ours helps.
  var hint: String? {
    switch self {
    case .noDirmngr: "install the package dirmngr"
    case .dirmngrFailed: "run `dirmngr --server` to see why"
    case .hostUnknown: "check how it is written, or ask another with `--server URL`"
    case .unreachable: "check the network, or ask another with `--server URL`"
    case .tlsUntrusted:
      "trust nothing that it says; check the clock and the certificates of this machine, or tell its operator"
    case .timedOut: "run it again later, or wait longer with `--timeout SECONDS`"
    case .connectionLost: "run it again later"
    case .malformed, .tooLarge: "ask another with `--server URL`, or get the certificate from its owner"
    case .refused: "ask its operator, or use another with `--server URL`"
    case .other: nil
    }
  }
}
