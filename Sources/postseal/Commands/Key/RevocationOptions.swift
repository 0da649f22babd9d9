import ArgumentParser
import GPGME

/// What a revocation tells others.
struct RevocationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A line of text that others can read in the revocation.", valueName: "text"))
  var comment: String?

  /// The statement for a reason.
  ///
  /// - Throws: `Failure` 64 for a comment that cannot be told.
  func statement(_ reason: RevocationReason) throws(Failure) -> RevocationStatement {
    guard let comment else { return RevocationStatement(reason) }
    guard let statement = RevocationStatement(reason, comment: comment) else {
      throw Failure(
        .usage, "the comment is no single line of at most 500 bytes", hint: "shorten it, or leave it out")
    }
    return statement
  }
}

extension RevocationReason: ExpressibleByArgument {
  /// What others conclude, as the end of a sentence about the key.
  var words: String {
    switch self {
    case .unspecified: "revoked, without a reason"
    case .compromised: "revoked as compromised"
    case .superseded: "revoked as superseded"
    case .retired: "revoked as retired"
    }
  }
}
