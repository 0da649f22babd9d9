import ByteStreams
import SystemPackage

extension TransportError {
  /// The class of the error, by which a caller chooses its exit status.
  package var kind: FailureKind {
    switch self {
    case .target, .envelope: .usage
    case .content: .malformedMessage
    case .reading: .inputOutput
    case .curlMissing, .gsaslMissing, .tls(_, .clientCertificate): .configuration
    case .hostUnknown: .hostUnknown
    case .cannotConnect, .tls: .unavailable
    case .timedOut, .connectionLost: .tryAgain
    case .turnedAway(_, _, let isTemporary): isTemporary ? .tryAgain : .unavailable
    case .authenticationRefused, .authenticationNotOffered: .authenticationRefused
    case .protocolViolation, .extensionMissing, .incapable: .protocolTrouble
    case .messageRefused: .tryAgain
    case .commandRefused(_, _, _, let isTemporary): isTemporary ? .tryAgain : .unavailable
    case .mailboxMissing, .messageMissing: .noInput
    case .mailboxChanged, .filingUnknown: .tryAgain
    case .loginImpossible: .configuration
    case .othersWouldGo: .unavailable
    case .preauthenticated: .authenticationRefused
    case .messageTooLarge: .unavailable
    case .program: .unavailable
    case .maildir(_, .system(let code, _, _)):
      code == .noSpace || code == .diskQuotaExceeded || code == .ioError ? .inputOutput : .cannotCreate
    case .maildir: .inputOutput
    case .cancelled: .cancelled
    }
  }
}
