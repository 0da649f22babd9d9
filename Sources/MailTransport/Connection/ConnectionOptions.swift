/// How far a server is trusted, and on what way it is reached.
package struct ConnectionOptions: Sendable, Equatable {
  /// Whose word on the server's certificate counts.
  package var trust = TLSTrust.system

  package init(trust: TLSTrust = .system) {
    self.trust = trust
  }
}

/// Whose word on a server's certificate counts.
package enum TLSTrust: Sendable, Equatable {
  /// The authorities that this machine trusts.
  case system
  /// The authorities in this PEM file, and nobody else.
  case file(String)
}
