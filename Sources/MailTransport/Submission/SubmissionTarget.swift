package import SystemPackage

/// Where mail is handed over, parsed from one line of configuration or a command's `--via`.
package enum SubmissionTarget: Sendable, Equatable {
  /// A sendmail program; nil when it is to be looked for.
  case sendmail(FilePath?)
  /// A Maildir of this machine.
  case maildir(FilePath)
  /// A submission server.
  case smtp(MailServer)
}
