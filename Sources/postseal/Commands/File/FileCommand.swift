import ArgumentParser

/// `postseal file`: the same for plain files and text as for mail.
struct FileCommand: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "file",
    abstract: "Encrypt, decrypt, sign and verify plain files.",
    subcommands: [FileEncrypt.self, FileDecrypt.self, FileSign.self, FileVerify.self])

  static let examples = [
    "postseal file encrypt --to bob@example.org report.pdf", "postseal file decrypt report.pdf.gpg",
  ]
}
