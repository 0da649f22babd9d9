import Foundation
import SystemPackage
import TestSupport

extension World {
  /// Many letters to and from a real server on this machine, beside what a shell would do with other programs; each by TLS and a login.
  func transport() throws {
    guard DovecotProcess.isPossible, optionalTool("msmtp"), optionalTool("mpop") else {
      print("| send and fetch \(sizes.sent) | not measured: needs dovecot, msmtp and mpop | | | | | | |")
      return
    }
    let server = try DovecotProcess()
    try send(through: server)
    try fetch(from: server)
  }

  private func send(through server: DovecotProcess) throws {
    let letters = folder.appending("outgoing").string
    try FileManager.default.createDirectory(atPath: letters, withIntermediateDirectories: false)
    for number in 0..<sizes.sent {
      try folder.write(Letter(to: "bob@example.org", subject: "Letter \(number)").bytes(), to: "outgoing/\(number).eml")
    }
    let ours = script(
      #"rm -rf "$XDG_STATE_HOME" && exec "$0" send --quiet --via "$1" --ca-file "$2" --password-fd 3 "$3"/*.eml 3<<< alicepw"#,
      postsealBinary.string, "smtp+starttls://alice%40example.org@localhost:\(server.submission)",
      server.authority.string, letters)
    let theirs = script(
      #"""
      for letter in "$1"/*.eml; do
        gpg --batch --quiet --armor --sign --encrypt --recipient "$2" --recipient "$3" --output - "$letter" |
          msmtp --host=localhost --port="$4" --tls=on --tls-starttls=on --tls-trust-file="$5" --auth=plain \
            --user=alice@example.org --passwordeval='echo alicepw' --from=alice@example.org bob@example.org || exit
      done
      """#, "sh", letters, Identity.bob.hexFingerprint, Identity.alice.hexFingerprint, "\(server.submission)",
      server.authority.string)
    let comparison = Comparison(title: "seal and submit \(sizes.sent)", other: "gpg and msmtp, one by one", aim: 1)
    try comparison.measure(pairs: transportRuns, ours: ours, theirs: theirs)
  }

  private func fetch(from server: DovecotProcess) throws {
    let letter = try folder.write(Letter(to: "bob@example.org").bytes(), to: "fetched.eml").string
    let sealed = folder.appending("fetched.sealed.eml").string
    try postseal(["encrypt", "--force", "-o", sealed, letter], keyring: keyring).run().succeeded()
    let (source, box) = (folder.appending("source").string, folder.appending("inbox").string)
    // The server takes it as a user of its own, and writes beside it.
    try script(
      #"""
      chmod 755 "$0" && mkdir -p "$1/cur" "$1/new" "$1/tmp"
      for number in $(seq "$2"); do { printf 'X-Number: %s\n' "$number"; cat "$3"; } > "$1/new/$number.M.localhost"; done
      chmod -R a+rwX "$1"
      """#, folder.path.string, source, String(sizes.sent), sealed
    ).run().succeeded()
    try server.tell("import", "-u", "bob@example.org", "maildir:\(source)", "", "all")
    let ours = script(
      #"rm -rf "$XDG_STATE_HOME" "$3" && exec "$0" fetch --from "$1" --ca-file "$2" --into "$3" --summary --password-fd 3 3<<< bobpw"#,
      postsealBinary.string, "pop3s://bob%40example.org@localhost:\(server.pop3s)", server.authority.string, box)
    let theirs = script(
      #"""
      rm -rf "$0" "$0.uidls" && mkdir -p "$0/cur" "$0/new" "$0/tmp"
      mpop --quiet --host=localhost --port="$1" --tls=on --tls-starttls=off --tls-trust-file="$3" --auth=user --user=bob@example.org \
        --passwordeval='echo bobpw' --keep=on --only-new=off --uidls-file="$0.uidls" --delivery="maildir,$0" || exit
      [ "$(ls "$0/new" | wc -l)" = "$2" ] || exit
      for letter in "$0"/new/*; do gpg --batch --quiet --yes --output /dev/null --decrypt "$letter" || exit; done
      """#, box, "\(server.pop3s)", String(sizes.sent), server.authority.string)
    try Comparison(title: "fetch and judge \(sizes.sent)", other: "mpop and `gpg --decrypt`, one by one", aim: 1)
      .measure(pairs: transportRuns, ours: ours, theirs: theirs)
    try ours.run().succeeded()
    let count = try FileManager.default.contentsOfDirectory(atPath: box + "/new").count
    guard count == sizes.sent else { throw CocoaError(.fileReadUnknown) }
  }

  /// Each of these takes most of a minute.
  private var transportRuns: Int { min(sizes.runs, 3) }

  private func script(_ text: String, _ arguments: String...) -> ChildProcess {
    var child = ChildProcess("/bin/bash", ["-c", text] + arguments, environment: testEnvironment)
    child.environment["GNUPGHOME"] = keyring.home.string
    child.environment["HOME"] = folder.path.string
    child.environment["XDG_STATE_HOME"] = folder.appending("state").string
    child.environment["XDG_CONFIG_HOME"] = folder.appending("config").string
    child.stdout = .path("/dev/null")
    child.timeLimit = 600
    return child
  }
}
