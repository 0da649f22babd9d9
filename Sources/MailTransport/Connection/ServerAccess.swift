/// What a connection to a server needs: who logs in, and how it is reached.
package struct ServerAccess: Sendable {
  /// Nil for a server without a user.
  package let credential: ServerCredential?
  package let options: ConnectionOptions

  package init(credential: ServerCredential?, options: ConnectionOptions) {
    self.credential = credential
    self.options = options
  }
}
