import GPGME
import MIME

/// A round of questions to places on the network, each named as it is asked.
struct Inquiry {
  let session: Session
  let limits: NetworkLimits
  private(set) var found: [FoundCertificate] = []
  /// Who was asked and answered, in order.
  private(set) var answered: [KeyDirectory] = []
  /// Why others gave no answer, each told already.
  private(set) var failures: [Failure] = []
  private var server: KeyServer?
  /// Who was named as asked already.
  private var named: Set<KeyDirectory> = []
  /// Who cannot be reached, so that it is not tried again for each of many certificates.
  private var unreachable: Set<KeyDirectory> = []
  private var hasNoServer = false

  /// - Parameter options: may name the server.
  init(_ session: Session, _ options: DirectoryOptions) {
    self.session = session
    limits = options.limits
    server = options.server.flatMap { KeyServer($0) }
  }

  /// Begins anew for another certificate; who could not be reached is remembered.
  mutating func begin() {
    (found, answered) = ([], [])
  }

  /// Asks the web key directory of the address's domain.
  ///
  /// - Throws: `GPGMEError` for what is no fault of the place.
  mutating func askWeb(for address: AddrSpec, with gpg: inout Context) throws(GPGMEError) {
    let directory = KeyDirectory.web(domain: address.domain)
    let limits = limits
    try ask(directory) { () throws(GPGMEError) in try gpg.lookUp(address.text, in: directory, limits: limits) }
  }

  /// Asks the key server for an address.
  ///
  /// - Throws: `GPGMEError` for what is no fault of the place.
  mutating func askServer(for address: AddrSpec, with gpg: inout Context) throws(GPGMEError) {
    guard let server = try keyServer(with: &gpg) else { return }
    let limits = limits
    try ask(.server(server)) { () throws(GPGMEError) in
      try gpg.lookUp(address.text, in: .server(server), limits: limits)
    }
  }

  /// Asks the key server for one certificate.
  ///
  /// - Throws: `GPGMEError` for what is no fault of the place.
  mutating func askServer(for fingerprint: Fingerprint, with gpg: inout Context) throws(GPGMEError) {
    guard let server = try keyServer(with: &gpg) else { return }
    let limits = limits
    try ask(.server(server)) { () throws(GPGMEError) in
      try gpg.lookUp(fingerprint, at: server, limits: limits).map { [$0] } ?? []
    }
  }

  private mutating func keyServer(with gpg: inout Context) throws(GPGMEError) -> KeyServer? {
    if let server { return server }
    if hasNoServer { return nil }
    do throws(GPGMEError) {
      server = try gpg.usualKeyServer(limits: limits)
    } catch {
      hasNoServer = true
      try note(error)
      return nil
    }
    if server == nil {
      hasNoServer = true
      failures.append(Failure(.configuration, "no key server is configured", hint: "name one with `--server URL`"))
    }
    return server
  }

  private mutating func ask(
    _ directory: KeyDirectory, _ question: () throws(GPGMEError) -> [FoundCertificate]
  ) throws(GPGMEError) {
    guard !unreachable.contains(directory) else { return }
    if named.insert(directory).inserted { session.console.note("asking \(directory.words)") }
    do throws(GPGMEError) {
      found += try question()
      answered.append(directory)
    } catch {
      if case .network(let problem) = error.cause, problem.isOfPlace { unreachable.insert(directory) }
      try note(error)
    }
  }

  /// Keeps what a place did not do, and throws what ends the run.
  private mutating func note(_ error: GPGMEError) throws(GPGMEError) {
    switch error.cause {
    case .network, .stream: failures.append(Failure(error))
    default: throw error
    }
  }

  /// What was found, copies of one certificate together.
  var byFingerprint: [[FoundCertificate]] {
    var order: [Fingerprint] = []
    var groups: [Fingerprint: [FoundCertificate]] = [:]
    for copy in found {
      let fingerprint = copy.certificate.fingerprint
      if groups[fingerprint] == nil { order.append(fingerprint) }
      groups[fingerprint, default: []].append(copy)
    }
    return order.compactMap { groups[$0] }
  }
}

extension NetworkProblem {
  /// Whether the place will do no better for another question.
  fileprivate var isOfPlace: Bool {
    switch self {
    case .noDirmngr, .dirmngrFailed, .hostUnknown, .unreachable, .tlsUntrusted, .timedOut: true
    case .connectionLost, .malformed, .tooLarge, .refused, .other: false
    }
  }
}
