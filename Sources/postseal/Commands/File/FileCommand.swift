import ArgumentParser

/// `postseal file`: the same for plain files and text as for mail.
struct FileCommand: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "file",
    abstract: "Decrypt plain files.",
    subcommands: [FileDecrypt.self])

  static let examples = ["postseal file decrypt report.pdf.gpg", "postseal file decrypt -o - notes.txt.asc"]
}
