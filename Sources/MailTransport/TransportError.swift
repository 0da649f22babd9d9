package import ByteStreams

/// Why nothing was submitted, fetched or filed: of a submission, every case stands for work that ended before a single copy was
/// handed over.
///
/// What happens after the first copy was offered is a finding, told by `SubmissionReport`, not an error.
/// Texts that came from a server or a program are `ForeignText`, safe to show.
package enum TransportError: Error, Equatable, Sendable {
  /// A submission target could not be read from its text.
  case target(TargetProblem)
  /// An envelope cannot be made of these addresses.
  case envelope(EnvelopeProblem)
  /// The message of the copy `label` cannot travel as it is.
  case content(ContentProblem, label: String)
  /// The message of the copy `label` could not be read.
  case reading(StreamError, label: String)
  /// libcurl is not on this machine, or lacks what is needed.
  case curlMissing(String)
  /// The host's name has no address.
  case hostUnknown(host: String)
  /// No connection to the server came about.
  case cannotConnect(host: String, ForeignText)
  /// The server did not answer in the time that this phase has.
  case timedOut(host: String, phase: DialoguePhase)
  /// The server closed the connection before anything was handed over.
  case connectionLost(host: String, phase: DialoguePhase)
  /// The connection cannot be trusted.
  case tls(host: String, TLSProblem)
  /// The server wants no dialogue, in its own words: it said so at its greeting, at EHLO, or by closing in the middle (421, BYE).
  case turnedAway(host: String, ForeignText, isTemporary: Bool)
  /// The server refused the credentials; with its words when it had some, and with `ConnectionOptions.secretOrigin`.
  case authenticationRefused(host: String, user: String, ForeignText?, secret: String? = nil)
  /// The server offers no way to authenticate that is safe and that we speak.
  case authenticationNotOffered(host: String)
  /// The server wants a mechanism for which libgsasl is needed, and there is none on this machine.
  case gsaslMissing(host: String, String)
  /// The server broke the protocol; the text says how.
  case protocolViolation(host: String, String)
  /// The server cannot do what is needed, which the protocol leaves to it; the text says what.
  case incapable(host: String, String)
  /// The server refused to give one message, in its own words; the connection is still of use.
  case messageRefused(host: String, ForeignText)
  /// The server lacks an SMTP extension without which this message cannot be carried unchanged.
  case extensionMissing(host: String, SMTPExtension)
  /// The message of the copy `label` is larger than the server takes.
  case messageTooLarge(host: String, label: String, octets: Int, limit: Int)
  /// The program that should take the mail could not be used.
  case program(path: String, ProgramProblem)
  /// The server refused a command of this phase, in its own words.
  case commandRefused(host: String, DialoguePhase, ForeignText, isTemporary: Bool)
  /// The server cannot open the mailbox.
  case mailboxMissing(host: String, mailbox: String, ForeignText)
  /// The mailbox has no message of this UID.
  case messageMissing(host: String, uid: UInt32, mailbox: String)
  /// The UIDs of the mailbox are about other messages than before. Source: RFC 3501 §2.3.1.1
  case mailboxChanged(host: String, mailbox: String)
  /// To remove messages, this server would remove others too, which somebody else has marked.
  case othersWouldGo(host: String, mailbox: String)
  /// The server says that we are logged in before we were: nothing proves that it knows who we are.
  case preauthenticated(host: String)
  /// A login needs what could not be found out; the text says what.
  case loginImpossible(host: String, ForeignText)
  /// The whole message was sent to be filed, and it is not known whether it was; the text says why.
  case filingUnknown(host: String, mailbox: String, ForeignText)
  /// A Maildir could not be written.
  case maildir(path: String, StreamError)
  /// The work was cancelled before anything was handed over.
  case cancelled
}

/// What is wrong with the text of a submission target.
package enum TargetProblem: Equatable, Sendable {
  /// The text starts with none of the known schemes.
  case unknownScheme(String)
  /// The text of a place to fetch from starts with none of the known schemes.
  case unknownSource(String)
  /// The text of a place that keeps sent mail starts with none of the schemes that can.
  case unknownKeeper(String)
  /// A password stands in the URL, where every process list and log would show it.
  case passwordInURL
  /// Mail would travel without TLS to a host other than this one.
  case plaintextRefused(host: String)
  /// The host is missing or is no host name or address.
  case host(String)
  /// The port is not a number from 1 to 65535.
  case port(String)
  /// The user name is empty, wrongly encoded, or holds control characters.
  case user
  /// The target names a user, and there is neither password nor token.
  case secretMissing(user: String, host: String)
  /// There is a password or token, and the target names no user.
  case userMissing(host: String)
  /// The password or token holds a NUL or a line end, which not every way of logging in can carry.
  case secretHoldsNUL(host: String)
  /// A password or token would travel without TLS.
  case loginWithoutTLS(host: String)
  /// A path is needed, absolute or beginning with `~/`.
  case path(String)
  /// The text is no SHA-256 of a public key.
  case pinnedKey(String)
  /// The text names no proxy that resolves names itself.
  case proxy(String)
  /// Something follows the host and port, where nothing is expected.
  case trailing(String)
  /// The name of the mailbox is wrongly encoded, too long, or holds control characters.
  case mailbox(String)
  /// A UID or UIDVALIDITY is not a number from 1 to 4294967295.
  case messageNumber(String)
}

/// Why no envelope can be made.
package enum EnvelopeProblem: Equatable, Sendable {
  /// There is no recipient.
  case noRecipient
  /// The address starts with `-`, which a program could take for an option.
  case leadingHyphen(String)
  /// The address holds a control character, a blank outside quotes, or an angle bracket.
  case unsafeCharacter(String)
}

/// Why a message cannot travel as it is.
package enum ContentProblem: Error, Equatable, Sendable {
  /// It has no bytes.
  case empty
  /// A CR or LF stands alone, which servers read in different ways; the offset is in bytes from the start.
  case bareLineEnd(offset: Int)
  /// A NUL, which no mail server carries.
  case nul(offset: Int)
  /// A line longer than 998 octets, which a server may cut. Source: RFC 5322 §2.1.1
  case longLine(offset: Int)
}

/// Why a TLS connection was not trusted or not made.
package enum TLSProblem: Equatable, Sendable {
  case certificateExpired
  case certificateNotYetValid
  case certificateRevoked
  /// The certificate is for another host.
  case otherHost
  /// The certificate vouches for itself.
  case selfSigned
  /// Nobody this machine trusts vouches for the certificate.
  case unknownIssuer
  /// Another fault of the certificate.
  case certificate(ForeignText)
  /// The server does not offer STARTTLS, or refused it.
  case startTLSNotOffered
  /// The server greets as if we were logged in, so that STARTTLS could not be said any more. Source: RFC 3501 §7.1.4
  case preauthenticated
  /// No common TLS version or cipher, or the handshake broke.
  case handshake(ForeignText)
  /// The file of trusted certificates cannot be read.
  case trustFile(String)
  /// The server's public key is none of those that it was pinned to.
  case otherPublicKey
  /// Our own certificate or its key cannot be used.
  case clientCertificate(String, ForeignText)
  /// The server talks only to who shows a certificate.
  case clientCertificateWanted
}

/// Why a mail program could not take a message.
package enum ProgramProblem: Equatable, Sendable {
  /// There is no such program, or it may not be run.
  case notFound
  /// It could not be started.
  case notStarted(String)
  /// It is the program that hands the mail over.
  case thisProgram
}
