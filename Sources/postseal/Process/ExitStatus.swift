/// How a run ends: the numbers are stable, stand in every man page, and are all that scripts need.
enum ExitStatus: Int32, CaseIterable, Sendable {
  case done = 0
  case badVerdict = 1
  case nothingSigned = 3

  case signerUnknown = 10
  case signerNotVerified = 11
  case signerExpired = 12

  case noSecretKey = 20
  case passphrase = 21
  case integrityFailed = 22
  case decryptionFailed = 23

  case noCertificate = 30
  case notAccepted = 31
  case unusableCertificate = 32
  case wouldGoInClear = 33
  case noSigningKey = 34

  case partlyDelivered = 40

  case usage = 64
  case malformedInput = 65
  case noInput = 66
  case allRefused = 67
  case hostUnknown = 68
  case unavailable = 69
  case internalError = 70
  case systemError = 71
  case cannotCreate = 73
  case inputOutput = 74
  case tryAgain = 75
  case protocolError = 76
  case authentication = 77
  case configuration = 78

  case interrupted = 130
  case brokenPipe = 141

  /// What the number means, as the manual prints it.
  var meaning: String {
    switch self {
    case .done: "done; for verify: a good signature by a verified certificate of the From address"
    case .badVerdict: "bad verdict: altered or forged signature, or a --require option was not met"
    case .nothingSigned: "verify: nothing is signed"
    case .signerUnknown: "the signer's certificate is unknown"
    case .signerNotVerified: "the signer's certificate is not verified, or not for the From address"
    case .signerExpired: "the signer's certificate is expired or revoked"
    case .noSecretKey: "no secret key can open it"
    case .passphrase: "passphrase refused, cancelled, or nobody can be asked"
    case .integrityFailed: "integrity failed, nothing was written"
    case .decryptionFailed: "other failure of decryption"
    case .noCertificate: "nothing was sealed or sent: a recipient has no certificate"
    case .notAccepted: "nothing was sealed or sent: a recipient's certificate is not accepted"
    case .unusableCertificate: "nothing was sealed or sent: a recipient's certificate is unusable"
    case .wouldGoInClear: "nothing was sealed or sent: it would go in clear"
    case .noSigningKey: "the sender has no key that can sign"
    case .partlyDelivered: "partly delivered: some recipients or copies were refused"
    case .usage: "wrong usage"
    case .malformedInput: "malformed input"
    case .noInput: "no input"
    case .allRefused: "every recipient was refused for good"
    case .hostUnknown: "host unknown"
    case .unavailable: "server unavailable, or its TLS is not trusted"
    case .internalError: "internal error"
    case .systemError: "the system or GnuPG failed"
    case .cannotCreate: "cannot create the output"
    case .inputOutput: "reading or writing failed"
    case .tryAgain: "try again later"
    case .protocolError: "the server broke the protocol"
    case .authentication: "authentication refused"
    case .configuration: "wrong configuration"
    case .interrupted: "interrupted"
    case .brokenPipe: "the reader of the output went away"
    }
  }
}
