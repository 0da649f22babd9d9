import ByteStreams
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `postseal account`: what it shows, finds and writes.
@Suite struct AccountTranscripts {
  private let folder: TemporaryFolder
  private let keyring: TemporaryKeyring

  init() throws {
    folder = try TemporaryFolder()
    keyring = try TemporaryKeyring(own: [.alice])
  }

  private func command(_ arguments: [String]) -> ChildProcess {
    var child = postseal(["account"] + arguments, keyring: keyring)
    child.environment["HOME"] = folder.path.string
    child.directory = folder.path
    return child
  }

  private func run(_ arguments: String...) throws -> ChildRun { try command(arguments).run() }

  private let file = ".config/postseal/config.toml"
  private func text() throws -> String { String(decoding: try folder.read(file), as: UTF8.self) }
  private func mode(_ name: String) throws -> Int {
    Int(try folder.appending(name).stat().permissions.rawValue) & 0o777
  }

  @Test func `the first account makes a file for its owner alone, and is the default one`() throws {
    let run = try run(
      "add", "home", "--from", "Alice Example <alice@example.org>", "--submit", "smtps://alice@mail.example.org",
      "--fetch", "imaps://alice@mail.example.org", "--password-command", "pass show mail/home")
    let path = folder.appending(file)
    expect(
      run,
      stdout: """
        [account.home]
        from = ["Alice Example <alice@example.org>"]
        submit = "smtps://alice@mail.example.org"
        fetch = "imaps://alice@mail.example.org"
        password-command = ["pass", "show", "mail/home"]

        """,
      stderr: "postseal: added to \(path); `postseal account check home` tries it\n", status: 0)
    #expect(try text() == "default-account = \"home\"\n\n" + run.text)
    #expect(try mode(file) == 0o600 && mode(".config/postseal") == 0o700)
    let list = try self.run("list")
    expect(list, stdout: "*  home  Alice Example <alice@example.org>  smtps://alice@mail.example.org\n", status: 0)
  }

  @Test func `what stands in the file stays as it was, comments, link and permissions too`() throws {
    let before =
      "# mine\ndefault-account = 'a' # why\n[account.a]\nfrom = [ 'alice@example.org' ]\n\n[crypto]\nlocate = [\"local\"]"
    try folder.write(Array(before.utf8), to: "dotfiles/c.toml")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.appending("dotfiles/c.toml").string)
    try FileManager.default.createDirectory(
      atPath: folder.appending(".config/postseal").string, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending(file).string, withDestinationPath: folder.appending("dotfiles/c.toml").string)
    #expect(try run("add", "b c", "--from", "alice@example.net", "--submit", "sendmail:").status == 0)
    #expect(
      try text() == before + "\n\n[account.\"b c\"]\nfrom = [\"alice@example.net\"]\nsubmit = \"sendmail:\"\n")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.appending(file).string).hasSuffix("c.toml"))
    #expect(try mode("dotfiles/c.toml") == 0o640)
    #expect(try folder.contents().filter { $0.hasPrefix("dotfiles/") } == ["dotfiles/c.toml"])
  }

  @Test func `what would not be read again is not written, and neither is a second account of a name`() throws {
    #expect(try run("add", "a", "--from", "alice@example.org").status == 0)
    let before = try text()
    let again = try run("add", "a", "--from", "alice@example.org")
    #expect(again.status == 73)
    #expect(again.stderr.hasPrefix("postseal: there is an account `a` already\nhint: change it in "))
    for (arguments, status, words) in [
      (["--from", "alice@example.org", "--submit", "gopher://x"], Int32(64), "postseal: --submit: cannot submit by"),
      (["--from", "alice@example.org", "--fetch", "smtps://x"], 64, "postseal: --fetch: cannot fetch from"),
      (["--from", "alice@example.org", "--submit", "smtps://alice:pw@x"], 64, "a password in a URL is refused"),
      (["--from", "nobody"], 64, "`nobody` is no address"), ([], 64, "the account needs an address"),
      (["--from", "alice@example.org", "--default"], 73, "`a` is the default account"),
      (["--from", "alice@example.org", "--key", "ABCD"], 64, "it must be a whole fingerprint"),
      (["--from", "alice@example.org", "--sent", "smtps://x"], 64, "postseal: --sent: cannot keep sent mail in "),
      (["--from", "alice@example.org", "--into", "Mail"], 64, "postseal: --into: it must be `maildir:` or `mbox:`"),
      (["--from", "alice@example.org", "--proxy", "socks5://x:1"], 64, "a proxy is socks5h://HOST:PORT"),
      (["--from", "alice@example.org", "--pinned-key", "x"], 64, "a pinned key is sha256// and"),
      (["--from", "alice@example.org", "--password-command", "a", "--token-command", "b"], 64, "exclude each other"),
      (["--from", "alice@example.org", "--password-fd", "3"], 64, "--password-fd goes with --secret-service"),
      (["--from", "alice@example.org", "--token-fd", "3"], 64, "--token-fd is for one run"),
    ] {
      let run = try command(["add", "b"] + arguments).run()
      #expect(run.status == status, "\(arguments): \(run.stderr)")
      #expect(run.stderr.contains(words), "\(run.stderr)")
    }
    #expect(try text() == before)
  }

  @Test func `a dry run shows what would be written, and writes nothing`() throws {
    let run = try run("add", "a", "--from", "alice@example.org", "--dry-run", "--json")
    #expect(run.status == 0 && run.text.contains("\"written\":false"))
    #expect(try folder.contents() == [])
  }

  @Test func `words that only a shell can read are given to one`() throws {
    let run = try run(
      "add", "a", "--from", "alice@example.org", "--token-command", "oauth \"$HOME\" | head -1", "--dry-run")
    #expect(run.text.contains(#"token-command = ["/bin/sh", "-c", "oauth \"$HOME\" | head -1"]"#))
  }

  @Test func `a password for the secret service goes there by a pipe, and into no argument and no file`() throws {
    let tool = "#!/bin/sh\necho \"$@\" >> '\(folder.path)/arguments'\ncat >> '\(folder.path)/input'\n"
    let program = try folder.write(Array(tool.utf8), to: "bin/secret-tool")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.string)
    var child = command([
      "add", "a", "--from", "alice@example.org", "--submit", "smtps://alice@mail.example.org", "--fetch",
      "imaps://alice@mail.example.org", "--secret-service", "--password-fd", "0",
    ])
    child.environment["PATH"] = "\(folder.path)/bin:/usr/bin:/bin"
    child.stdin = .pipe(Array("geheim\n".utf8))
    let run = try child.run()
    #expect(run.status == 0, "\(run.stderr)")
    #expect(try folder.read("input") == Array("geheim".utf8))
    let arguments = String(decoding: try folder.read("arguments"), as: UTF8.self)
    #expect(
      arguments == "store --label=Mail of alice at mail.example.org service postseal host mail.example.org user alice\n"
    )
    #expect(try text().contains("secret = \"service\"\n") && !text().contains("geheim"))
    #expect(!run.text.contains("geheim") && !run.stderr.contains("geheim"))
    var without = command([
      "add", "b", "--from", "a@example.org", "--submit", "smtps://a@h", "--secret-service", "--password-fd", "0",
    ])
    without.environment["PATH"] = "/nonexistent"
    without.stdin = .pipe(Array("geheim\n".utf8))
    #expect(try without.run().stderr.contains("there is no secret-tool\nhint: install it"))
    #expect(try !text().contains("account.b"))
  }

  @Test func `nobody is asked at a terminal that is none, and what is asked at one is written`() throws {
    var child = command(["add"]).onTerminal()
    child.environment["LC_ALL"] = "C.UTF-8"
    child.stdin = .pipe(
      Array("Alice <alice@example.org>\n\nsmtps://alice@mail.example.org\n\nnone\npass show mail\n".utf8))
    let run = try child.run()
    #expect(run.status == 0, "\(run.text)")
    #expect(try text().contains("[account.example]\nfrom = [\"Alice <alice@example.org>\"]\n"))
    #expect(try text().contains("password-command = [\"pass\", \"show\", \"mail\"]\n"))
    #expect(try !text().contains("sent"))
    #expect(!run.text.contains("Deliver fetched mail"))
    child.stdin = .pipe(
      Array(
        "alice@example.org\nb\n\nimaps://alice@mail.example.org\nInbox\n\npop3s://mail.example.org\n\n\n".utf8))
    let more = try child.run()
    #expect(more.status == 0, "\(more.text)")
    #expect(more.text.contains("that cannot be used: it must be `maildir:` or `mbox:` and a path"), "\(more.text)")
    #expect(more.text.contains("cannot be used: cannot keep sent mail in"), "\(more.text)")
    #expect(
      try text().hasSuffix(
        """
        [account.b]
        from = ["alice@example.org"]
        fetch = "imaps://alice@mail.example.org"
        into = "maildir:~/Mail/Inbox"
        sent = "maildir:~/Mail/Sent"

        """))
  }

  @Test func `a server without TLS is refused, and with --insecure it is said what every run needs`() throws {
    let (submit, fetch) = ("smtp://alice@mail.example.org", "imap://alice@mail.example.org")
    for (option, url, hint) in [
      ("--submit", submit, "use smtps:// or smtp+starttls://, or add `--insecure` to give up that protection"),
      ("--fetch", fetch, "use imaps:// or pop3s://, or +starttls, or add `--insecure` to give up that protection"),
    ] {
      expect(
        try run("add", "a", "--from", "alice@example.org", option, url),
        stderr: """
          postseal: \(option): a connection without TLS to mail.example.org is refused: the mail and the login would travel unprotected
          hint: \(hint)
          hint: nothing was added; see `postseal account add --help`

          """, status: 64)
    }
    #expect(try run("add", "a", "--from", "alice@example.org", "--sent", fetch, "--insecure").status == 64)
    #expect(try folder.contents() == [])
    let insecure = try run("add", "a", "--from", "alice@example.org", "--submit", submit, "--insecure")
    #expect(insecure.status == 0)
    #expect(
      insecure.stderr.hasSuffix(
        "postseal: mail.example.org is reached without TLS: every run that uses it has to say `--insecure`\n"))
    let local = try run("add", "b", "--from", "alice@example.org", "--submit", "smtp://localhost:2525")
    #expect(local.status == 0 && !local.stderr.contains("TLS"), "\(local.stderr)")
  }

  @Test func `where there is no key for an address the command that makes one is shown`() throws {
    let run = try run("add", "a", "--from", "alice@example.org", "--from", "Dave Q <dave@example.com>")
    expect(
      run, stdout: "[account.a]\nfrom = [\"alice@example.org\", \"Dave Q <dave@example.com>\"]\n",
      stderr: """
        postseal: added to \(folder.appending(file)); `postseal account check a` tries it
        postseal: account `a`: cannot sign as dave@example.com: you have no secret key for that address
        postseal: to mend that: make one with `postseal key new 'Dave Q <dave@example.com>'`, or set `key` of [account.a] to one of `postseal key list --secret`

        """, status: 0)
    let json = try self.run("add", "b", "--from", "dave@example.com", "--json")
    #expect(
      json.text.contains("\"missing\":[{\"check\":\"account\",\"state\":\"problem\",\"kind\":\"accountKeyMissing\""))
    #expect(try self.run("add", "c", "--from", "alice@example.org", "--json").text.contains("\"missing\":[]"))
  }

  @Test func `what cannot be used is asked for again`() throws {
    var child = command(["add", "a"]).onTerminal()
    child.stdin = .pipe(
      Array("alice\nalice@example.org\ngopher://x\nsmtps://alice@mail.example.org\nftp://x\n\n\npass show mail\n".utf8))
    let run = try child.run()
    #expect(run.status == 0, "\(run.text)")
    #expect(run.text.matches(of: #/that cannot be used: /#).count == 3, "\(run.text)")
    #expect(try text().contains("from = [\"alice@example.org\"]\nsubmit = \"smtps://alice@mail.example.org\"\n"))
    #expect(try !text().contains("fetch"))
  }

  @Test func `what holds is shown with its defaults, and never a secret`() throws {
    try folder.write(
      Array(
        """
        [account.a]
        from = ["alice@example.org"]
        submit = "smtps://alice@mail.example.org"
        password-command = ["echo", "geheim-1"]
        fetch-token-command = ["oauth"]
        client-certificate = "~/me.pem"
        proxy = "socks5h://127.0.0.1:9050"
        timeout = 20
        sendmail-policy = "sealed-or-signed"

        """.utf8), to: "c.toml")
    let run = try run("show", "a", "--config", "c.toml")
    #expect(run.status == 0)
    for line in [
      "account              a\n", "key                  chosen by address\n", "fetch                nowhere\n",
      "secret               the password that `echo geheim-1` prints\n",
      "secret for fetching  the token that `oauth` prints\n",
      "trust                the authorities of this machine\n", "client-certificate   \(folder.path)/me.pem\n",
      "proxy                socks5h://127.0.0.1:9050\n", "timeout              20 s\n",
      "sendmail-policy      sealed-or-signed\n",
    ] { #expect(run.text.contains(line), "\(run.text)") }
    let json = try self.run("show", "a", "--config", "c.toml", "--json")
    #expect(json.text.contains("\"sendmailPolicy\":\"sealed-or-signed\""))
    #expect(json.text.contains("\"secret\":\"password-command\"") && !json.text.contains("geheim"))
    expect(
      try self.run("show", "b", "--config", "c.toml"),
      stderr: """
        postseal: there is no account `b`
        hint: see `postseal account list`, or add it with `postseal account add`

        """, status: 78)
    expect(
      try self.run("show", "--config", "c.toml"),
      stderr: """
        postseal: no account is named, and there is no default account
        hint: name one of `postseal account list`, or set `default-account` in the configuration

        """, status: 78)
  }

  @Test func `on a terminal no line is wider than that is`() throws {
    let key = "sha256//" + String(repeating: "A", count: 43) + "="
    let account = """
      [account.a]
      from = ["Alice Example <alice@example.org>", "alice@example.net", "office@alice.example.org"]
      submit = "smtps://alice@mail.example.org"
      password-command = ["gpg", "--quiet", "--decrypt", "/home/alice/.config/secrets/mail.example.org.gpg"]
      pinned-key = "\(key);\(key)"

      """
    try folder.write(Array(account.utf8), to: "c.toml")
    var child = command(["show", "a", "--config", "c.toml"]).onTerminal()
    child.environment["LC_ALL"] = "C.UTF-8"
    let lines = try child.run().succeeded().text.split(whereSeparator: \.isNewline)
    #expect(
      lines.allSatisfy { $0.count <= 80 } && lines.contains("                    office@alice.example.org"), "\(lines)")
  }

  @Test func `without accounts the list says how to make one`() throws {
    expect(
      try run("list"),
      stderr:
        "postseal: there is no account: `postseal account add NAME` makes one; mail goes to the system's sendmail\n",
      status: 0)
  }
}
