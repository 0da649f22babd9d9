import ArgumentParser
import MailTransport
import SealedMail
import Testing

@testable import postseal

/// The command lines that programs really write for a sendmail, and those that attackers would like to.
@Suite struct SendmailArgumentsTests {
  private func parse(_ line: String) throws -> SendmailArguments {
    try SendmailArguments(line.split(separator: " ").map { $0 == "''" ? "" : String($0) })
  }

  /// What was asked for, in one line.
  private func summary(_ arguments: SendmailArguments) -> String {
    var words: [String] = []
    if arguments.recipientSource == .envelopeAndHeader { words.append("t") }
    if arguments.ending == .endOfInput { words.append("i") }
    if arguments.isVerbose { words.append("v") }
    if let path = arguments.reversePath { words.append("f=\(path)") }
    if let name = arguments.fullName { words.append("F=\(name)") }
    return (words + arguments.recipients).joined(separator: " ")
  }

  @Test(arguments: [
    // mutt, with all its options; git; Emacs; s-nail; bsd-mailx; mailutils; PHP; Debian's cron; Vixie's cron.
    ("-oem -oi -- bob@x", "i bob@x"),
    ("-oem -oi -B8BITMIME -f a@x -N failure,delay -R hdrs -- bob@x erin@x", "i f=a@x bob@x erin@x"),
    ("-i bob@x", "i bob@x"), ("-f a@x -i bob@x", "i f=a@x bob@x"), ("-oi -f a@x -t", "t i f=a@x"),
    ("-i -f a@x -- bob@x", "i f=a@x bob@x"), ("-i -t -f a@x", "t i f=a@x"), ("-t -i -fa@x", "t i f=a@x"),
    ("-FCronDaemon -i -B8BITMIME -oem root", "i F=CronDaemon root"),
    ("-FCronDaemon -i -odi -oem -oi -t -f root", "t i f=root F=CronDaemon"),
    // Bundled, and joined to a value at the end.
    ("-ti", "t i"), ("-itv", "t i v"), ("-tfa@x", "t f=a@x"), ("-tif a@x bob@x", "t i f=a@x bob@x"),
    ("-rfa@x", "f=fa@x"),
    // Harmless and without meaning here.
    (
      "-G -i -n -U -m -c -s -x -A c -Am -h 3 -h17 -L tag -V id -p smtp:h -d0.1 -d -e m -em -M x -C /etc/passwd bob@x",
      "i bob@x"
    ),
    ("-OIgnoreDots=True -O DeliveryMode=b bob@x", "i bob@x"), ("-OIgnoreDots bob@x", "i bob@x"),
    ("-OIgnoreDots=False bob@x", "bob@x"), ("-o i bob@x", "i bob@x"), ("-oiF bob@x", "bob@x"), ("-bm bob@x", "bob@x"),
    ("-f '' bob@x", "f= bob@x"), ("-f <> bob@x", "f=<> bob@x"),
    // After the first recipient, and after two hyphens, nothing is an option.
    ("bob@x -t", "bob@x -t"), ("-- -t -f eve@x", "-t -f eve@x"), ("-i -- --", "i --"), ("-", "-"), ("", ""),
  ])
  func `programs get what they ask for`(line: String, meaning: String) throws {
    #expect(try summary(parse(line)) == meaning)
  }

  @Test(arguments: ["-X/tmp/log", "-X /tmp/log", "-OQueueDirectory=/tmp", "-C/tmp/cf", "-be"])
  func `what attackers slip into a command line changes nothing`(words: String) throws {
    guard words != "-be" else {
      #expect(throws: Failure.self) { try parse(words) }
      return
    }
    #expect(try summary(parse("\(words) -t")) == "t")
  }

  @Test func `word of the fate is wanted as -N and -V say`() throws {
    let notice = try #require(try parse("-N failure,delay -R full -V id-7 bob@x").notice)
    #expect(notice.words == "failure,delay")
    #expect(notice.envelopeID == "id-7")
    #expect(try parse("-Nnever bob@x").notice?.events == [])
    #expect(try parse("-V id bob@x").notice == nil)
    for line in ["-N sometimes", "-N failure,", "-N failure -V größe"] {
      #expect(throws: Failure.self) { try parse("\(line) bob@x") }
    }
  }

  @Test func `every option of our own that has a value is known to have one`() throws {
    let help = Postseal.helpMessage(for: Sendmail.self, columns: 200)
    let options = help.matches(of: /(--[a-z-]+) <[^>]+>/).map { String($0.1) }.filter { $0 != "--" }
    #expect(options.count > 10)
    for option in options {
      #expect(Sendmail.words(for: [option, "value", "-t"]) == ["sendmail", option, "value", "--", "-t"], "\(option)")
    }
    for flag in ["--json", "--dry-run", "--via=x"] {
      #expect(Sendmail.words(for: [flag, "-t"]) == ["sendmail", flag, "--", "-t"])
    }
    #expect(Sendmail.words(for: ["--", "--account"]) == ["sendmail", "--", "--", "--account"])
    #expect(Sendmail.words(for: ["-t", "--account", "x"]) == ["sendmail", "--", "-t", "--account", "x"])
    #expect(Sendmail.words(for: ["--account"]) == ["sendmail", "--account", "--"])
    #expect(Sendmail.wordsByName(for: ["--config", "x"]) == ["sendmail", "--", "--config", "x"])
  }

  @Test(arguments: [
    ("-bp", SendmailArguments.Task.listOutbox), ("-q", .sendOutbox), ("-qRbob", .sendOutbox), ("-v -q", .sendOutbox),
  ])
  func `the queue is the outbox`(line: String, task: SendmailArguments.Task) throws {
    #expect(try parse(line).task == task)
  }

  @Test(arguments: [
    ("-bs", "-bs is refused: postseal speaks no SMTP on its standard input"),
    ("-ba", "-ba is refused: postseal speaks no SMTP on its standard input"),
    ("-bd", "-bd is refused: postseal runs no daemon"),
    ("-bi", "-bi is refused: postseal keeps no database of aliases"),
    ("-I", "-bi is refused: postseal keeps no database of aliases"),
    ("-bv", "-bv is refused: postseal verifies no addresses so"), ("-bt", "-bt is refused: postseal has no test mode"),
    ("-bZ", "-bZ is refused: postseal knows no such mode"),
    ("-q30m", "-q30m asks for a daemon, and postseal runs none"),
    ("-f", "the option -f has no value"), ("-tif", "the option -f has no value"), ("-Z", "unknown option -Z"),
    ("-t --account work", "unknown option --account"), ("-é", "unknown option -é"),
  ])
  func `what cannot be done is refused with its reason`(line: String, sentence: String) throws {
    let failure = #expect(throws: Failure.self) { try parse(line) }
    #expect(failure?.sentences == [sentence])
    #expect(failure?.status == .usage)
    #expect(failure?.hints.count == 1)
  }

  @Test(arguments: [
    ("a\n.\nb\n", "a\n"), (".\n", ""), (".", ""), ("a\r\n.\r\nb", "a\r\n"), ("a\n.", "a\n"), ("a\n.\r", "a\n"),
    ("a\n..\nb\n", "a\n..\nb\n"), ("a.\nb", "a.\nb"), ("a\n. \nb", "a\n. \nb"), ("a\n.b\n.\nc", "a\n.b\n"), ("", ""),
    ("a\n\r.\n", "a\n\r.\n"), ("\n.\n", "\n"),
  ])
  func `a line with nothing but a dot ends the message, however it comes in pieces`(text: String, kept: String) {
    let bytes = Array(text.utf8)
    for size in 1...max(1, bytes.count) {
      var dot = LoneDot()
      var end: Int?
      for start in stride(from: 0, to: bytes.count, by: size) where end == nil {
        end = dot.feed(bytes[start..<min(start + size, bytes.count)])
      }
      #expect(String(decoding: bytes[..<(end ?? dot.finish())], as: UTF8.self) == kept, "in pieces of \(size)")
    }
  }
}
