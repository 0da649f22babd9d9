import ByteStreams
package import OpenPGPPackets

extension Context {
  /// Gives a certificate to a key server, as it is in `block`.
  ///
  /// That the server took it does not say that it shows it: look it up.
  /// - Throws: `.network`, `.cancelled`.
  ///
  /// dirmngr: `KS_PUT`
  package borrowing func publish(
    _ block: Keyblock, to server: KeyServer, limits: NetworkLimits
  ) throws(GPGMEError) {
    let subject = KeyDirectory.server(server).words
    // Only LDAP servers look at the second.
    let answer = try askDirmngr(
      Self.opening(server) + ["KS_PUT"], files: [("KEYBLOCK", "/dev/stdin"), ("KEYBLOCK_INFO", "/dev/null")],
      input: block.bytes, limits: limits, for: .publish, subject: subject
    ).dropFirst(2).first
    guard try Self.data(answer, limits: limits, for: .publish, subject: subject) != nil else {
      // An answer of a web server that is no success.
      throw GPGMEError(.publish, subject: subject, cause: .network(.refused))
    }
  }
}
