import ByteStreams
import MailTransport

/// Every file has one list of messages, however it is read: they and the lines that stand between them are the whole of it.
enum MboxFuzz {
  /// Messages that are looked at one by one.
  private static let messageLimit = 20
  private static let from = Array("From alice@example.org Sun Nov 22 17:02:00 2026\n".utf8)

  static func run(_ input: [UInt8]) {
    var cutting = Cutting(input)
    let window = cutting.next()
    let entries = entries(of: input)
    require(entries == self.entries(of: input, window: window), "windows give the same messages")
    tile(entries, input)
    let hasLengths = hasContentLength(input)
    for entry in entries.prefix(messageLimit) {
      let message = Array(input[entry.range])
      if !hasLengths { checkEnd(of: message) }
      checkFacts(message, window: window)
    }
    if !hasLengths { writeAgain(entries, input) }
    deliver(entries, input)
    write(input)
  }

  private static func entries(of input: [UInt8], window: Int = 256 << 10) -> [MboxEntry] {
    var entries: [MboxEntry] = []
    var reader = unfailing("a mailbox is opened") { try MboxReader(ByteStore(input), window: window) }
    let isMbox = reader.isMbox
    while let entry = unfailing("a mailbox is read", { try reader.nextEntry() }) { entries.append(entry) }
    require(isMbox == !entries.isEmpty && isMbox == reader.isMbox, "a mailbox has messages")
    return entries
  }

  /// Before each message stands one `From ` line, and before that, or at the end, at most one empty line; nothing else is left over.
  private static func tile(_ entries: [MboxEntry], _ input: [UInt8]) {
    guard let last = entries.last else {
      let line = Array(input.prefix { $0 != 0x0A })
      return require(FromLine(line).map { _ in FromLine.isBare(line) } ?? true, "what starts with a From line is found")
    }
    var position = 0
    for entry in entries {
      require(entry.range.lowerBound > position && entry.range.upperBound <= input.count, "messages are in order")
      let gap = Array(input[position..<entry.range.lowerBound])
      let line = position == 0 ? gap : withoutEmptyLine(gap)
      guard let from = FromLine(line) else { return require(false, "a From line stands before each message") }
      require(from.delivered == entry.delivered, "a message has the date of its line")
      let feeds = line.count { $0 == 0x0A }
      require(
        feeds == 1 && line.last == 0x0A || feeds == 0 && entry.range.lowerBound == input.count,
        "one line stands before each message")
      position = entry.range.upperBound
    }
    require(withoutEmptyLine(Array(input[last.range.upperBound...])).isEmpty, "nothing is left behind the last message")
  }

  private static func withoutEmptyLine(_ bytes: [UInt8]) -> [UInt8] {
    let end = bytes.starts(with: [0x0A]) ? 1 : bytes.starts(with: [0x0D, 0x0A]) ? 2 : 0
    return Array(bytes.dropFirst(end))
  }

  /// Whether a field somewhere may tell how long a message is; then `From ` lines may be text.
  private static func hasContentLength(_ input: [UInt8]) -> Bool {
    let name = Array("content-length".utf8)
    return input.split(separator: 0x0A).contains { line in
      line.count > name.count && zip(line, name).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
  }

  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { $0.last == 0x0D ? $0.dropLast() : $0 }
      .map(Array.init)
  }

  /// No message goes on where another one has to start.
  private static func checkEnd(of message: [UInt8]) {
    let lines = lines(message)
    guard let body = lines.firstIndex(of: []) else { return }
    for index in lines.indices.dropFirst(body + 1) where lines[index - 1].isEmpty {
      guard FromLine(lines[index] + [0x0A]) != nil else { continue }
      require(FromLine.isBare(lines[index]), "a From line after an empty line starts a message")
    }
  }

  private static func checkFacts(_ message: [UInt8], window: Int) {
    let facts = unfailing("facts are found") { try MboxFacts(of: ByteStore(message)) }
    let other = unfailing("facts are found") { try MboxFacts(of: ByteStore(message), window: window) }
    require(facts.hash == other.hash && facts.flags == other.flags, "windows give the same facts")
    let hash = facts.hash.utf8
    require(hash.count == 64 && hash.allSatisfy { "0123456789abcdef".utf8.contains($0) }, "a hash is hex")
    let flags = facts.flags ?? ""
    require(flags == String(Set(flags).sorted()) && flags.allSatisfy("DFRST".contains), "flags are those of a Maildir")
    checkHash(facts.hash, of: message)
    // A line that starts with a blank would belong to the field put before it.
    guard let first = message.first, first != 0x20, first != 0x09 else { return }
    let marked = ByteStore(Array("Status: RO\nX-Status: F\n".utf8) + message)
    let read = unfailing("facts are found") { try MboxFacts(of: marked) }
    require(read.hash == facts.hash, "flags make no other message")
    require(Set(read.flags ?? "").isSuperset(of: flags + "FS"), "flags are added up")
  }

  /// Messages that differ in one octet are two, unless a field that programs change is at hand.
  private static func checkHash(_ hash: String, of message: [UInt8]) {
    guard !message.isEmpty else { return }
    var other = message
    var cutting = Cutting(message)
    other[cutting.next() % message.count] ^= UInt8(1 + cutting.next() % 255)
    guard !hasVolatileField(message), !hasVolatileField(other) else { return }
    let facts = unfailing("facts are found") { try MboxFacts(of: ByteStore(other)) }
    require(facts.hash != hash, "each octet of a message counts")
  }

  /// Whether some line may be a field that programs change.
  private static func hasVolatileField(_ message: [UInt8]) -> Bool {
    lines(message).contains { line in
      let start = String(decoding: line.prefix(20), as: UTF8.self).lowercased()
      return ["status", "x-", "content-length", "lines"].contains { start.hasPrefix($0) }
    }
  }

  /// Sound messages that are put into a new mailbox are found there as they were.
  private static func writeAgain(_ entries: [MboxEntry], _ input: [UInt8]) {
    let messages = entries.map { Array(input[$0.range]) }.filter { message in
      // One without an empty line behind its header takes the one that stands between messages.
      message.last == 0x0A && lines(message).dropLast().contains([])
    }
    let mailbox = Array(messages.map { from + $0 + [0x0A] }.joined())
    let again = Self.entries(of: mailbox).map { Array(mailbox[$0.range]) }
    require(again == messages, "a new mailbox has the same messages")
  }

  /// What whoever goes through a mailbox gets are those messages.
  private static func deliver(_ entries: [MboxEntry], _ input: [UInt8]) {
    let reader = unfailing("a mailbox is opened") { try MboxReader(ByteStore(input)) }
    var messages = StoredMessages(reader)
    require(unfailing("they are counted") { try messages.count() } == entries.count, "the count is right")
    for (index, entry) in entries.prefix(messageLimit).enumerated() {
      guard let message = unfailing("a message is found", { try messages.next() }) else {
        return require(false, "there are as many messages")
      }
      let bytes = unfailing("it is read") { try message.bytes() }
      require(message.number == index + 1 && message.name == String(index + 1), "messages are numbered")
      let all = unfailing("all of it is read") { try bytes.read(0..<bytes.count) }
      require(all == Array(input[entry.range]), "they are the same")
      require(message.delivered(bytes) == entry.delivered, "they have the same date")
      let base = unfailing("it is named") { try message.delivery() }.base.utf8
      require(
        base.count <= 200 && base.allSatisfy { (0x21...0x7E).contains($0) && !"/:".utf8.contains($0) },
        "a name in a Maildir is sound")
    }
  }

  /// A message of any bytes that we write is one message for a reader, and the one behind it another.
  private static func write(_ input: [UInt8]) {
    let delivery = Delivery(base: "1.a", flags: "FS", isNamedByContent: false, isQuoted: input.count % 2 == 0)
    let parcel = Parcel(content: ByteStore(input), delivery: delivery, time: 0)
    let message = unfailing("a message is made ready") { try MboxMessage(parcel, now: 0) }
    let sink = MemorySink(limit: .max, what: "a message")
    unfailing("it is written") { try message.write(to: sink) }
    let last = Array("Subject: x\n\nlast\n".utf8)
    let mailbox = message.head + sink.bytes + from + last + [0x0A]
    let found = entries(of: mailbox)
    require(found.count == 2, "what we write is one message")
    require(Array(mailbox[found[1].range]) == last, "the next one is what it was")
    require(found[0].delivered == 0, "it has its date")
    let facts = unfailing("facts are found") { try MboxFacts(of: ByteStore(Array(mailbox[found[0].range]))) }
    require(Set(facts.flags ?? "").isSuperset(of: "FS"), "it has its flags")
  }
}
