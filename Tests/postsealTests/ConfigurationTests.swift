import MIME
import SealedMail
import MailTransport
import Testing

@testable import postseal

@Suite struct ConfigurationTests {
  private static let full = """
    default-account = "home"
    local-domain = "Example.ORG"

    [crypto]
    header-protection = "shy"
    locate = ["local", "autocrypt"]

    [[rule]]
    to = ["*@lists.example.org"]
    protection = "signed"

    [keys]
    "*@partner.example" = "EB85BB5FA33A75E15E944E63F231550C4F47E38E"
    "ops@partner.example" = "AEA2 6172 02EC 1A3C 97B6 75EA D688 83EC 7682 21D1"

    [aliases]
    root = "Alice Example <alice@example.org>"
    "www.data" = ["alice@example.org", "bob@example.org"]

    [account.home]
    from = ["Alice Example <alice@example.org>", "alice@example.net"]
    key = "eb85bb5fa33a75e15e944e63f231550c4f47e38e"
    submit = "smtps://alice@mail.example.org"
    fetch = "imaps://alice@mail.example.org/INBOX"
    sent = "maildir:~/Mail/Sent"
    allow-clear-header = false
    sendmail-policy = "sealed-or-signed"
    autocrypt = "mutual"
    autocrypt-gossip = true
    password-command = ["pass", "show", "mail/home"]

    [filter]
    default = "hold"
    reinject = "smtp://127.0.0.1:10026"
    recipient-delimiter = "+"

    [[filter.rule]]
    to = ["*@lists.example.org"]
    policy = "seal-if-key"
    """

  @Test func `every key of the manual is read`() throws {
    let configuration = try ConfigurationFile.parse(Self.full, file: "c")
    #expect(configuration.crypto.headerProtection == .shy)
    #expect(configuration.rules.map(\.protection) == [.signed])
    #expect(configuration.keys.map(\.recipient.text) == ["ops@partner.example", "*@partner.example"])
    #expect(configuration.keys[0].fingerprint == "AEA2617202EC1A3C97B675EAD68883EC768221D1")
    let account = try #require(configuration.account(named: nil))
    #expect(account.from.count == 2)
    #expect(account.key == "EB85BB5FA33A75E15E944E63F231550C4F47E38E")
    #expect(account.submit == "smtps://alice@mail.example.org")
    #expect(account.autocrypt == .mutual)
    #expect(account.sendmailPolicy == .sealedOrSigned)
    #expect(configuration.localDomain == "example.org")
    #expect(configuration.aliases["root"] == ["Alice Example <alice@example.org>"])
    #expect(configuration.aliases["www.data"] == ["alice@example.org", "bob@example.org"])
    #expect(account.tellsGossip)
    #expect(configuration.crypto.locate == [.local, .autocrypt])
    #expect(account.credential == .passwordCommand(["pass", "show", "mail/home"]))
    #expect(configuration.filter.fallback == .hold)
    #expect(configuration.filter.recipientDelimiter == "+")
    #expect(configuration.filter.reinject == (try Reinjection("smtp://127.0.0.1:10026")))
    #expect(configuration.filter.rules.map(\.policy) == [.sealIfKey])
  }

  @Test(arguments: [
    (
      "[filter]\ndefault = \"clear\"",
      "c:2: filter.default: `clear` is not one of `seal`, `seal-if-key`, `bounce`, `hold`"
    ),
    (
      "[filter]\nreinject = \"smtp://mx.example.org\"",
      "c:2: filter.reinject: a connection without TLS to mx.example.org is refused: the mail and the login would travel unprotected"
    ),
    ("[filter]\nrecipient-delimiter = \"ab\"", "c:2: filter.recipient-delimiter: it must be one sign, such as \"+\""),
    (
      "[[filter.rule]]\nto = [\"*@x.example\"]\npolicy = \"hold\"\n[[filter.rule]]\n\nto = [\"*\"]\npolicy = \"hold\"",
      "c:6: filter.rule[1].to: `*` is neither an address nor *@domain"
    ),
    ("[[filter.rule]]\nto = [\"*@x.example\"]", "c:1: filter.rule[0]: a rule needs both `to` and `policy`"),
    ("[filter]\nrule = 3", "c:2: filter.rule: it must be an array of tables, written [[filter.rule]]"),
    ("[crypto]\nheader-protection = 3", "c:2: crypto.header-protection: it must be a string, not a number"),
    ("\n[crypto]\n\nheader-protektion = \"shy\"", "c:4: crypto.header-protektion: there is no such key"),
    ("[crypto]\nheader-protection = \"none\"", "c:2: crypto.header-protection: `none` is not one of `baseline`, `shy`"),
    ("colour = true", "c:1: colour: there is no such key"),
    (
      "[[rule]]\nto = [\"a@b\"]\nprotection = \"clear\"\n[[rule]]\nto = \"a@b\"\nprotection = \"clear\"",
      "c:5: rule[1].to: it must be an array of strings, not a string"
    ),
    (
      "[[rule]]\nto = [\"nobody\"]\nprotection = \"clear\"",
      "c:2: rule[0].to: `nobody` is neither an address nor *@domain"
    ),
    ("[keys]\n\"*@*\" = \"x\"", "c:2: keys.*@*: `*@*` is neither an address nor *@domain"),
    ("[account.a]\nfrom = [\"a b@c\"]", "c:2: account.a.from: `a b@c` is no address"),
    ("[[rule]]\nprotection = \"clear\"", "c:1: rule[0]: a rule needs both `to` and `protection`"),
    (
      "[keys]\n\"a@b.example\" = \"F231550C4F47E38E\"",
      "c:2: keys.a@b.example: it must be a whole fingerprint of 40 or 64 hexadecimal digits"
    ),
    (
      "[account.\"my home\"]\nallow-clear-header = \"yes\"",
      "c:2: account.my home.allow-clear-header: it must be true or false, not a string"
    ),
    (
      "[account.a]\nautocrypt = true",
      "c:2: account.a.autocrypt: it must be a string, not true or false"
    ),
    (
      "[account.a]\n\nautocrypt = \"always\"",
      "c:3: account.a.autocrypt: `always` is not one of `mutual`, `nopreference`"
    ),
    (
      "[account.a]\nautocrypt-gossip = \"yes\"",
      "c:2: account.a.autocrypt-gossip: it must be true or false, not a string"
    ),
    (
      "[account.a]\nsendmail-policy = \"clear\"",
      "c:2: account.a.sendmail-policy: `clear` is not one of `sealed`, `signed`, `sealed-or-signed`"
    ),
    ("local-domain = \"a b\"", "c:1: local-domain: `a b` is no domain"),
    ("[aliases]\nroot = \"admin\"", "c:2: aliases.root: `admin` is no address"),
    ("[aliases]\nroot = []", "c:2: aliases.root: it must name somebody"),
    ("[aliases]\n\"a@b\" = \"a@c.example\"", "c:2: aliases.a@b: `a@b` is no name without a domain"),
    ("default-account = \"work\"", "c:1: default-account: there is no [account.work]"),
    ("account = 1", "c:1: account: it must be a table, not a number"),
  ])
  func `a wrong value names its line`(text: String, problem: String) {
    let failure = #expect(throws: Failure.self) { try ConfigurationFile.parse(text, file: "c") }
    #expect(failure?.sentences == [problem])
    #expect(failure?.status == .configuration)
  }

  @Test(arguments: [
    ("[account.a]\nsubmit = \"gopher://x\"", "c:2: account.a.submit: cannot submit by \"gopher\""),
    ("[account.a]\n\nsubmit = \"smtps://a:b@x\"", "c:3: account.a.submit: a password in a URL is refused"),
    ("[account.a]\nfetch = \"smtps://x\"", "c:2: account.a.fetch: cannot fetch from \"smtps://x\""),
    ("[account.a]\nsent = \"Mail/Sent\"", "c:2: account.a.sent: "),
    ("[account.a]\nsent = \"imaps://x?y\"", "c:2: account.a.sent: the server's URL goes on after host and port"),
    ("[account.a]\npinned-key = \"x\"", "c:2: account.a.pinned-key: a pinned key is sha256//"),
    ("[account.a]\npinned-key = 1", "c:2: account.a.pinned-key: it must be a string, not a number"),
    ("[account.a]\nca-file = \"ca.pem\"", "c:2: account.a.ca-file: it must be a path that is absolute"),
    ("[account.a]\nclient-key = \"/k.pem\"", "c:2: account.a.client-key: there is no client-certificate"),
    ("[account.a]\nproxy = \"socks5://x:1\"", "c:2: account.a.proxy: a proxy is socks5h://HOST:PORT"),
    ("[account.a]\ntimeout = 0", "c:2: account.a.timeout: it must be a number of seconds from 1 to 3600"),
    ("[account.a]\ntimeout = \"5\"", "c:2: account.a.timeout: it must be a number of seconds from 1 to 3600"),
    ("[account.a]\nsecret = \"here\"", "c:2: account.a.secret: `here` is not one of `service`"),
    (
      "[account.a]\npassword-command = [\"a\"]\ntoken-command = [\"b\"]",
      "c:3: account.a.token-command: the account has another"
    ),
  ])
  func `a wrong value about servers names its line`(text: String, problem: String) {
    let failure = #expect(throws: Failure.self) { try ConfigurationFile.parse(text, file: "c") }
    #expect(failure?.sentences.count == 1)
    #expect(failure?.sentences.first?.hasPrefix(problem) == true, "\(failure?.sentences ?? [])")
  }

  @Test func `how servers are reached is read`() throws {
    let pin = "sha256//" + String(repeating: "A", count: 43) + "="
    let configuration = try ConfigurationFile.parse(
      """
      [account.a]
      submit = "smtps://alice@smtp.example.org"
      fetch = "imaps://alice@imap.example.org/INBOX"
      ca-file = "/ca.pem"
      pinned-key = ["\(pin)", "\(pin);\(pin)"]
      client-certificate = "/me.pem"
      client-key = "/me.key"
      client-key-command = ["pass", "key"]
      proxy = "none"
      timeout = 30
      secret = "service"
      fetch-password-command = ["pass"]
      """, file: "c")
    let account = try #require(configuration.accounts.first)
    #expect(account.connection.caFile == "/ca.pem" && account.connection.pinnedKeys.count == 3)
    #expect(account.connection.clientKey == "/me.key" && account.connection.clientKeyCommand == ["pass", "key"])
    #expect(account.connection.proxy == ProxyChoice.none && account.connection.timeout == 30)
    #expect(account.credential == .secretService && account.fetchCredential == .passwordCommand(["pass"]))
    #expect(account.servers.map(\.host) == ["smtp.example.org", "imap.example.org"])
  }

  @Test func `text that is not TOML names its line`() {
    let failure = #expect(throws: Failure.self) { try ConfigurationFile.parse("[crypto]\nlocate = [", file: "c") }
    #expect(failure?.sentences.first?.hasPrefix("c:2: ") == true)
  }

  @Test func `all faults are named at once`() {
    let failure = #expect(throws: Failure.self) { try ConfigurationFile.parse("a = 1\nb = 2", file: "c") }
    #expect(failure?.sentences.count == 2)
  }

  @Test(arguments: [
    ("alice@example.org", "alice@EXAMPLE.org", true),
    ("alice@example.org", "Alice@example.org", false),
    ("*@example.org", "anybody@example.org", true),
    ("*@example.org", "anybody@sub.example.org", false),
    ("*@bücher.example", "anybody@XN--BCHER-KVA.example", true),
    ("*@example.org", "anybody@example.org.evil.example", false),
  ])
  func `a pattern means one address or one whole domain`(pattern: String, address: String, matches: Bool) throws {
    #expect(try #require(AddressPattern(pattern)).pattern().covers(AddrSpec(address)) == matches)
  }

  @Test(arguments: ["", "alice", "@example.org", "alice@", "a*b@example.org", "<a@b>", "a b@c"])
  func `anything else is no pattern`(text: String) {
    #expect(AddressPattern(text) == nil)
  }
}
