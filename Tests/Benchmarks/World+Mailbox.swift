import ByteStreams
import MIME
import SystemPackage
import TestSupport

extension World {
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
