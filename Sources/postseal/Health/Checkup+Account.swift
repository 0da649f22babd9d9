import ByteStreams
import GPGME
import MailTransport
import SystemPackage

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The servers and folders of an account, as far as they can be looked at without asking anybody.
extension Checkup {
  /// Where its mail goes and where it comes from.
  func servers(of account: Configuration.Account) -> [HealthFinding] {
    [submission(of: account)] + [source(of: account), sent(of: account)].compactMap(\.self)
  }

  /// What `account check` looks at: the account and its keys, and its servers where they are asked anyway.
  func account(_ account: Configuration.Account, isAsked: Bool) -> [HealthFinding] {
    var findings: [HealthFinding] = []
    do throws(GPGMEError) {
      var gpg = try session.gpg()
      let own = try gpg.certificates(in: .secretKeys)
      let problems = keys(of: account, own: own)
      let addresses = account.from.joined(separator: ", ")
      findings +=
        account.from.isEmpty
        ? [
          .note(
            .account, .noAddress, "account `\(account.name)` has no address to write as",
            mend: "set `from` of [account.\(account.name)]")
        ]
        : problems.isEmpty
          ? [.ok(.account, "account `\(account.name)` writes and signs as \(addresses)")] : problems
    } catch {
      findings.append(Self.engineFailure(error))
    }
    return findings + servers(of: account).filter { !isAsked || $0.state == .problem || !$0.isAboutServer }
  }

  private func source(of account: Configuration.Account) -> HealthFinding? {
    guard let text = account.fetch else { return nil }
    let opening = "account `\(account.name)`"
    do throws(TransportError) {
      let source = try RetrievalSource(parsing: text)
      return secret(of: account, for: source.server, .fetching) ?? .ok(.fetcher, "\(opening): \(source.name)")
    } catch {
      return .problem(
        .fetcher, .fetchWrong, .configuration, "\(opening): `fetch` cannot be used: \(error)",
        mend: "write it as imaps://USER@HOST or pop3s://USER@HOST")
    }
  }

  /// What is missing to log in with, nil for nothing; no program is run to find out.
  func secret(
    of account: Configuration.Account, for server: MailServer, _ task: Session.ServerTask
  ) -> HealthFinding? {
    guard let user = server.user, account.credential == nil, task == .submitting || account.fetchCredential == nil,
      account.connection.clientCertificate == nil
    else { return nil }
    let check: HealthFinding.Check = task == .submitting ? .submitter : .fetcher
    do {
      if try Netrc.own?.password(for: user, at: server.host) != nil { return nil }
    } catch {
      return .problem(
        check, .passwordMissing, Failure(error) ?? Failure(.internalError, "the netrc file is unreadable"))
    }
    return .problem(
      check, .passwordMissing, .configuration,
      "account `\(account.name)`: no password for \(user) at \(server.host)",
      mend: "set `password-command` of [account.\(account.name)] in the configuration")
  }

  /// Whether what was sent can be kept; a server is not asked.
  private func sent(of account: Configuration.Account) -> HealthFinding? {
    guard let text = account.sent else { return nil }
    let opening = "account `\(account.name)`: sent mail"
    if RetrievalSource.isURL(text) {
      do throws(TransportError) {
        return .ok(.sent, "\(opening) goes to \(try RetrievalSource(parsing: text).name)")
      } catch {
        return .problem(
          .sent, .sentWrong, .configuration, "account `\(account.name)`: `sent` cannot be used: \(error)",
          mend: "write it as maildir:PATH or imaps://USER@HOST/MAILBOX")
      }
    }
    let home = Environment.value("HOME").map { FilePath($0) }
    guard case .maildir(let path)? = try? SubmissionTarget(parsing: text, home: home) else {
      return .problem(
        .sent, .sentWrong, .configuration, "account `\(account.name)`: `sent` names no place that keeps mail",
        mend: "write it as maildir:PATH or imaps://USER@HOST/MAILBOX")
    }
    let folder = path.appending("tmp")
    guard (try? folder.stat()) != nil else {
      return .note(.sent, .sentMissing, "\(opening) goes to \(path), which is made when the first is kept")
    }
    return folder.isWritable
      ? .ok(.sent, "\(opening) goes to \(path)")
      : .problem(
        .sent, .sentUnwritable, .cannotCreate, "\(opening) cannot be kept: \(path) is not writable",
        mend: "`chmod u+rwx \(ShellWord.quoted(path.string))/*`, or correct `sent` of [account.\(account.name)]")
  }
}

extension HealthFinding {
  /// Whether it is about a server, which the network part of a check says more of.
  fileprivate var isAboutServer: Bool { check == .submitter || check == .fetcher }
}

extension FilePath {
  /// Whether this user may make files in the folder.
  fileprivate var isWritable: Bool {
    // The C string of a path lives as long as the call.
    unsafe withPlatformString { unsafe access($0, W_OK | X_OK) == 0 }
  }
}
