import ByteStreams
import GPGME
import MIME
import MailTransport
import SealedMail
import SystemPackage

/// The configuration file, its accounts and its certificates.
extension Checkup {
  /// Without keys to compare with (`own` is nil) what the file says of keys is passed over.
  func configuration(own: [Certificate]?, with gpg: inout Context) -> [HealthFinding] {
    configuration(own: own) + (own == nil ? [] : mappedKeys(with: &gpg))
  }

  /// The same without a keyring.
  func configuration(own: [Certificate]?) -> [HealthFinding] {
    if let configurationFailure { return [.problem(.configuration, .configurationWrong, configurationFailure)] }
    let configuration = session.configuration
    let path = ConfigurationFile.path(named: session.options.config)
    let isThere = path.map { (try? FilePath($0).stat()) != nil } == true
    let valid = HealthFinding.ok(.configuration, isThere ? "\(path ?? "") is valid" : "no file, and none is needed")
    return [valid] + defaultAccount(configuration)
      + configuration.accounts.flatMap { account in
        (own.map { keys(of: account, own: $0) } ?? []) + servers(of: account)
      } + (configuration.accounts.isEmpty ? [systemSendmail()] : [])
  }

  private func defaultAccount(_ configuration: Configuration) -> [HealthFinding] {
    if let name = session.options.account, session.account == nil {
      return [
        .problem(
          .account, .accountMissing, .configuration, "there is no account `\(name)`",
          mend: "add [account.\(name)] to the configuration, or correct the name")
      ]
    }
    guard let account = session.account else {
      return configuration.accounts.isEmpty
        ? []
        : [
          .note(
            .account, .noDefaultAccount, "no default account",
            mend: "set `default-account`, or name one with `--account NAME`")
        ]
    }
    return [.ok(.account, "`\(account.name)` is the default account")]
  }

  /// Whether the account can sign as each of its addresses.
  func keys(of account: Configuration.Account, own: [Certificate]) -> [HealthFinding] {
    var findings: [HealthFinding] = []
    for userID in account.from {
      guard let address = try? Mailbox(userID).address else { continue }
      let named = account.key.flatMap { Fingerprint($0) }
      guard case .failure(let gap) = CertificateChoice.own(address, among: own, named: named, at: session.now) else {
        continue
      }
      let failure = Failure(SealError.signer(address, gap)).opened(by: "account `\(account.name)`")
      let kind: HealthFinding.Kind =
        switch gap {
        case .none, .missing: .accountKeyMissing
        case .unusable, .ambiguous: .accountKeyUnusable
        }
      findings.append(
        .problem(
          .account, kind, failure.status, failure.sentences.joined(separator: "; "),
          mend:
            "make one with `postseal key new \(ShellWord.quoted(userID))`, or set `key` of [account.\(account.name)] to one of `postseal key list --secret`"
        ))
      // A named key is the same for every address.
      if named != nil { break }
    }
    return findings
  }

  /// Whether the account's way to submit can be understood, and what it needs is here; the server is not asked.
  func submission(of account: Configuration.Account) -> HealthFinding {
    guard let text = account.submit else { return systemSendmail() }
    let opening = "account `\(account.name)`"
    let target: SubmissionTarget
    do throws(TransportError) {
      target = try SubmissionTarget(parsing: text, home: Environment.value("HOME").map { FilePath($0) })
    } catch {
      return .problem(
        .submitter, .submitWrong, .configuration, "\(opening): `submit` cannot be used: \(error)",
        mend: "write it as smtps://USER@HOST, smtp+starttls://USER@HOST, sendmail:/PATH or maildir:PATH")
    }
    switch target {
    case .sendmail(nil): return systemSendmail()
    case .sendmail(let path?):
      return path.isProgram
        ? .ok(.submitter, "\(opening): \(path)")
        : .problem(
          .submitter, .sendmailMissing, .configuration, "\(opening): \(path) is no program that can be run",
          mend: "install it, or correct `submit` in the configuration")
    case .maildir(let path): return .ok(.submitter, "\(opening): \(path)")
    case .smtp(let server):
      return secret(of: account, for: server, .submitting) ?? .ok(.submitter, "\(opening): \(server.name)")
    }
  }

  private func systemSendmail() -> HealthFinding {
    do throws(TransportError) {
      return .ok(.submitter, "sendmail of the system: \(try SendmailProgram.find(path: Environment.value("PATH")))")
    } catch {
      return .note(
        .submitter, .sendmailMissing, "no way to submit is configured, and this system has no sendmail",
        mend: "name one with `--via smtps://USER@HOST`, or set `submit` of an account in the configuration")
    }
  }

  /// Whether what `[keys]` names is in the keyring.
  private func mappedKeys(with gpg: inout Context) -> [HealthFinding] {
    let entries = session.configuration.keys.compactMap { key in
      Fingerprint(key.fingerprint).map { (key.recipient, $0) }
    }
    guard let found = try? gpg.certificates(with: entries.map(\.1)) else { return [] }
    let known = Set(found.map(\.fingerprint))
    return entries.filter { !known.contains($0.1) }.map { recipient, fingerprint in
      .problem(
        .configuration, .mappedKeyMissing, .noCertificate,
        "[keys] names \(fingerprint.short) for \(recipient.text), which is not in the keyring",
        mend: "import it with `postseal key import FILE`")
    }
  }
}
