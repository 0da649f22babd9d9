import ArgumentParser

/// `postseal autocrypt`: keys that came with mail.
struct AutocryptCommand: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "autocrypt",
    abstract: "Manage the keys that came with mail (Autocrypt).",
    discussion: """
      Mail can carry its sender's key in a header field. collect takes these keys out of received mail into a small database, and \
      nothing else does. They are as good as the mail was: whoever can change mail on its way can change them. So send uses one only \
      when [crypto] locate in the configuration has "autocrypt", and never in the place of a certificate that you accepted, that is \
      verified, or that [keys] names. Your own mail carries your key when [account.NAME] has autocrypt = "mutual" or "nopreference".
      """,
    subcommands: [
      AutocryptCollect.self, AutocryptList.self, AutocryptShow.self, AutocryptForget.self, AutocryptSetup.self,
    ])

  static let examples = ["postseal autocrypt collect ~/Mail/Inbox", "postseal autocrypt show bob@example.org"]
}
