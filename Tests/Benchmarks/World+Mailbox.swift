import ByteStreams
import Foundation
import MIME
import SystemPackage
import TestSupport

extension World {
  /// A whole mailbox of sealed letters, beside a loop that starts gpg for each of them.
  func openMailbox() throws {
    let letters = folder.appending("letters").string
    let (box, plain) = (folder.appending("sealed.mbox").string, folder.appending("plain").string)
    try FileManager.default.createDirectory(atPath: letters, withIntermediateDirectories: false)
    try writeSealedMailbox(box, armored: letters)
    func loop(_ output: String) -> String {
      #"for letter in "$0"/*; do gpg --batch --quiet --yes --output \#(output) --decrypt "$letter" || exit; done"#
    }
    try Comparison(title: "verify a mailbox of \(sizes.letters)", other: "`gpg --decrypt`, one by one", aim: 1.0)
      .measure(pairs: sizes.runs, ours: ours(["verify", box]), theirs: shell(loop("/dev/null"), letters))
    try Comparison(title: "decrypt it into another", other: "`gpg --decrypt` into files, one by one", aim: 1.0)
      .measure(
        pairs: sizes.runs,
        ours: shell(#"rm -rf "$2" && exec "$0" decrypt "$1" --into "$2""#, postsealBinary.string, box, plain),
        theirs: shell(#"rm -rf "$1" && mkdir "$1" && "# + loop(#""$1/${letter##*/}""#), letters, plain))
  }

  private func shell(_ script: String, _ arguments: String...) -> ChildProcess {
    var child = ChildProcess("/bin/sh", ["-c", script] + arguments, environment: testEnvironment)
    child.environment["GNUPGHOME"] = keyring.home.string
    child.stdout = .path("/dev/null")
    child.timeLimit = 600
    return child
  }

  /// An mbox of one sealed letter under as many numbers, since one message is written but once; and its armor in as many files.
  private func writeSealedMailbox(_ box: String, armored: String) throws {
    let letter = try folder.write(Letter(to: "bob@example.org").bytes(), to: "letter.eml").string
    let sealed = folder.appending("letter.sealed.eml").string
    try postseal(["encrypt", "--force", "-o", sealed, letter], keyring: keyring).run().succeeded()
    try shell(
      #"""
      for number in $(seq "$3"); do
        { printf 'From alice@example.org Sun Nov 22 17:02:00 2026\nX-Number: %s\n' "$number"; cat "$0"; echo; } >> "$1"
        sed -n '/^-----BEGIN/,/^-----END/p' "$0" > "$2/$number.asc"
      done
      """#, sealed, box, armored, String(sizes.letters)
    ).run().succeeded()
  }

  /// Parses every message of a mailbox file in this process, window by window; the speed is the best of the runs.
  func parseMailbox() throws {
    let (path, messages) = try writeMailbox()
    let store = try ByteStore.file(path)
    let window = 64 << 10
    var best = Duration.seconds(3600)
    var entities = 0
    for _ in 0..<sizes.runs {
      entities = 0
      best = min(
        best,
        try ContinuousClock().measure {
          for message in messages {
            var parser = MessageParser()
            for start in stride(from: message.lowerBound, to: message.upperBound, by: window) {
              let bytes = try store.read(start..<min(start + window, message.upperBound))
              // Holds: the span of an array lives as long as the array, which outlives the call.
              try unsafe parser.feed(bytes.span.bytes)
            }
            entities += try parser.finish().entities.count
          }
        })
    }
    let megabytes = Double(store.count) / 1_000_000
    print("")
    print(
      "Parsing an mbox of \(Int(megabytes)) MB, \(messages.count) messages, \(entities) parts: "
        + "\(Int(megabytes / (best / .seconds(1)))) MB/s.")
  }

  /// An mbox of letters, one in eight with an attachment of 60 kB; and where each message lies in it.
  private func writeMailbox() throws -> (FilePath, [Range<Int>]) {
    let path = folder.appending("mbox")
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    defer { try? file.close() }
    var generator = SplitMix64(seed: 200)
    let words = ["budget", "figures", "please", "table", "see", "the", "and", "regards", "month", "of"]
    let letters: [[UInt8]] = (0..<64).map { index in
      let text = (0..<400).map { $0 % 12 == 11 ? "\n" : words[Int(generator.next() % 10)] }.joined(separator: " ")
      var letter = Letter(subject: "Letter \(index)", body: text)
      if index % 8 == 0 {
        letter.attachments = [("table.bin", "application/octet-stream", generator.bytes(60_000))]
      }
      return letter.bytes()
    }
    let separator = Array("\nFrom alice@example.org Sun Nov 22 17:02:00 2026\n".utf8)
    var messages: [Range<Int>] = []
    var offset = 0
    while offset < sizes.mailbox {
      let letter = letters[messages.count % letters.count]
      try file.writeAll(separator + letter)
      offset += separator.count
      messages.append(offset..<offset + letter.count)
      offset += letter.count
    }
    return (path, messages)
  }
}
