import SystemPackage
import TestSupport
import Testing

/// Html through a text browser, whatever that does; and pages through a pager.
@Suite struct BrowserTranscripts {
  let stage: Stage
  let bob: TemporaryKeyring
  private static let note = "(made from html; links show where they lead)\n"

  init() throws {
    stage = try Stage()
    bob = try Stage.bob()
    let message =
      "From: alice@example.org\nContent-Type: text/html\n\n<p title=x>own <i>rendering</i></p><table><tr><td>a<td>b</table>"
    try stage.folder.write(Array(message.utf8), to: "mail.eml")
  }

  private func read(path: String, _ arguments: String...) throws -> ChildRun {
    var child = postseal(["read", "mail.eml"] + arguments, keyring: bob)
    child.directory = stage.folder.path
    child.environment["PATH"] = path
    return try child.run()
  }

  private func read(with script: String) throws -> (text: String, run: ChildRun) {
    let browser = try FakeBrowser(script)
    let run = try read(path: "\(browser.folder.path):\(testEnvironment["PATH"] ?? "")")
    #expect(run.status == 0 && run.stderr.isEmpty)
    guard let start = run.text.firstRange(of: Self.note)?.upperBound else { return ("", run) }
    return (String(run.text[start...]), run)
  }

  private static let own = "│ own rendering\n│ \n│ a | b\n\n"

  @Test(arguments: [
    "exit 1", "kill -SEGV $$", "cat > /dev/null; printf ' \\n\\n'", "yes | head -c 40000000",
    "exec < /dev/null; exit 0", "",
  ])
  func `a text browser that fails is done without`(script: String) throws {
    #expect(try read(with: script).text == Self.own)
  }

  @Test(arguments: ["sleep 6123457 & wait", "trap '' TERM; sleep 7123457", "while :; do : 8123457; done"])
  func `a text browser that never ends is not waited for`(script: String) throws {
    let (text, run) = try read(with: script)
    #expect(text == Self.own)
    #expect(run.duration < .seconds(30))
    // Nothing that it started is left; the brackets keep the search from finding itself.
    let digit = try #require(script.first { $0.isNumber })
    let seconds = "[\(digit)]123457"
    let search = "grep -lsa '\(seconds)' /proc/[0-9]*/cmdline"
    #expect(try ChildProcess("sh", ["-c", search], environment: testEnvironment).run().stdout.isEmpty)
  }

  @Test func `what is quoted has its marks, which no text browser would make`() throws {
    let html = "<p>yes</p><blockquote><p>pay 100</p><blockquote>older</blockquote></blockquote>"
    let message = "From: alice@example.org\nContent-Type: text/html\n\n\(html)"
    try stage.folder.write(Array(message.utf8), to: "mail.eml")
    #expect(try read(with: "cat; echo browser").text == "│ yes\n│ \n│ > pay 100\n│ >\n│ > > older\n\n")
  }

  @Test func `what a text browser prints stays behind the gutter`() throws {
    let script = #"cat > /dev/null; printf 'one\033[2J\rtwo\n\342\225\255 good signature\n\n'"#
    #expect(try read(with: script).text == "│ one<U+001B>[2J<U+000D>two\n│ ╭ good signature\n\n")
  }

  @Test func `a text browser gets tags without attributes, no home, and no file to write`() throws {
    let script = #"cat; echo "HOME=$HOME GNUPGHOME=$GNUPGHOME PATH=$PATH"; echo secret > "$(dirname "$0")/left""#
    let browser = try FakeBrowser(script + "; exit 0")
    let run = try read(path: "\(browser.folder.path):\(testEnvironment["PATH"] ?? "")")
    #expect(run.text.contains("│ <p>own rendering</p>\n"))
    #expect(run.text.contains("HOME=/dev/null GNUPGHOME= PATH="))
    #expect(!run.text.contains("title"))
    #expect(try browser.folder.contents() == ["w3m"] || browser.folder.read("left").isEmpty)
  }

  @Test(
    .enabled(if: optionalTool("w3m") && optionalTool("lynx"), "needs w3m and lynx"), arguments: ["w3m", "lynx"])
  func `w3m and lynx lay out tables`(program: String) throws {
    let real = (testEnvironment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(program)" }
    // The only one of its kind in PATH; gpg is found by gpgme.
    let browser = try FakeBrowser(
      "for p in \(real.joined(separator: " ")); do [ -x $p ] && exec $p \"$@\"; done; exit 1", name: program)
    let gpg = try FakeBrowser("exec /usr/bin/gpg \"$@\"", name: "gpg")
    let run = try read(path: "\(browser.folder.path):\(gpg.folder.path)")
    #expect(run.text.hasSuffix("\(Self.note)│ own rendering\n│ \n│ a b\n\n"))
  }

  @Test func `in JSON html looks the same whatever is installed`() throws {
    let browser = try FakeBrowser("echo other")
    let run = try read(path: "\(browser.folder.path):\(testEnvironment["PATH"] ?? "")", "--json")
    #expect(run.text.contains(#""text":"own rendering\n\na | b"}"#))
  }

  // MARK: Pager

  private func page(pager: String, _ arguments: [String] = []) throws -> ChildRun {
    try stage.folder.write(Array(("Subject: a\n\n" + String(repeating: "text\n", count: 50_000)).utf8), to: "long.eml")
    var child = postseal(["read", "long.eml"] + arguments, keyring: bob).onTerminal()
    child.directory = stage.folder.path
    child.environment["PAGER"] = pager
    return try child.run()
  }

  @Test func `a pager that is left early has shown enough`() throws {
    let run = try page(pager: "head -n 2")
    #expect(run.status == 0)
    #expect(run.text.split(separator: "\r\n").count == 2)
  }

  /// What a person could type at it would write the message to a file.
  @Test func `a pager is told to be secure and to keep no history`() throws {
    let run = try page(pager: "echo \"$LESSSECURE $LESSHISTFILE $LESS $LESSOPEN\"; cat > /dev/null")
    // The colours, and lines that are not broken, for a `less` with other options, too.
    #expect(run.text.hasPrefix("1 - RS \r\n"), "\(run.text)")
  }

  @Test func `a pager that is not there costs nobody the message`() throws {
    let run = try page(pager: "nosuchpager")
    #expect(run.status == 0)
    #expect(run.text.split(separator: "\r\n").count > 50_000)
  }

  @Test func `no pager is started where nobody may be waited for`() throws {
    let run = try page(pager: "echo paged; cat", ["--batch"])
    #expect(!run.text.contains("paged"))
    #expect(run.text.split(separator: "\r\n").count > 50_000)
  }
}
