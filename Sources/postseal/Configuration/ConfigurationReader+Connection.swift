import MailTransport
import SystemPackage
import TOMLKit

/// The keys of an account that are about its servers.
extension ConfigurationReader {
  /// Reads the value of `key`; false when it is none of these keys.
  mutating func connection(
    _ key: String, _ value: any TOMLValueConvertible, _ path: [String], _ result: inout Configuration.Connection
  ) -> Bool {
    switch key {
    case "ca-file": result.caFile = file(value, path)
    case "pinned-key": result.pinnedKeys = pinnedKeys(value, path)
    case "client-certificate": result.clientCertificate = file(value, path)
    case "client-key": result.clientKey = file(value, path)
    case "client-key-command": result.clientKeyCommand = command(value, path)
    case "proxy": result.proxy = string(value, path).flatMap { proxy($0, path) }
    case "timeout": result.timeout = seconds(value, path)
    default: return false
    }
    return true
  }

  /// Reads the value of `key`; false when it is no secret of the account.
  mutating func credential(
    _ key: String, _ value: any TOMLValueConvertible, _ path: [String], _ result: inout Configuration.Account
  ) -> Bool {
    let isForFetching = key.hasPrefix("fetch-")
    let credential: Configuration.Credential?
    switch key {
    case "password-command", "fetch-password-command": credential = command(value, path).map { .passwordCommand($0) }
    case "token-command", "fetch-token-command": credential = command(value, path).map { .tokenCommand($0) }
    case "secret":
      let place: Configuration.SecretPlace? = choice(value, path)
      credential = place.map { _ in .secretService }
    default: return false
    }
    if (isForFetching ? result.fetchCredential : result.credential) != nil {
      problem(
        path,
        "the account has another \(isForFetching ? "fetch-password-command or fetch-token-command" : "password-command, token-command or secret")"
      )
    }
    if isForFetching { result.fetchCredential = credential } else { result.credential = credential }
    return true
  }

  /// What only the whole account shows.
  mutating func check(_ account: Configuration.Account, _ path: [String]) {
    let connection = account.connection
    if connection.clientCertificate == nil {
      if connection.clientKey != nil {
        problem(path + ["client-key"], "there is no client-certificate that it belongs to")
      }
      if connection.clientKeyCommand != nil {
        problem(path + ["client-key-command"], "there is no client-certificate whose key it unlocks")
      }
    }
  }

  /// Where mail is submitted.
  mutating func submission(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    url(value, path) { text throws(TransportError) in
      _ = try SubmissionTarget(parsing: text, home: "/", plaintext: .anyHost)
    }
  }

  /// Where mail is fetched.
  mutating func source(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    url(value, path) { text throws(TransportError) in _ = try RetrievalSource(parsing: text, plaintext: .anyHost) }
  }

  /// Where fetched mail goes.
  mutating func inbox(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    guard let text = string(value, path) else { return nil }
    guard FetchTarget.isSound(text) else {
      problem(path, FetchTarget.unsound)
      return nil
    }
    return text
  }

  /// Where sent mail is kept.
  mutating func keeper(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    url(value, path) { text throws(TransportError) in
      _ = try SentPlace(parsing: text, home: "/", plaintext: .anyHost)
    }
  }

  /// Whether TLS may be left out is no matter of the file: it is looked at when a connection is made.
  private mutating func url(
    _ value: any TOMLValueConvertible, _ path: [String], _ parse: (String) throws(TransportError) -> Void
  ) -> String? {
    guard let text = string(value, path) else { return nil }
    do throws(TransportError) {
      try parse(text)
      return text
    } catch {
      problem(path, error.description)
      return nil
    }
  }

  private mutating func pinnedKeys(_ value: any TOMLValueConvertible, _ path: [String]) -> [PinnedKey] {
    let texts = value.array == nil ? string(value, path).map { [$0] } ?? [] : strings(value, path)
    var keys: [PinnedKey] = []
    for text in texts {
      do throws(TransportError) { keys += try PinnedKey.list(parsing: text) } catch { problem(path, error.description) }
    }
    return keys
  }

  private mutating func proxy(_ text: String, _ path: [String]) -> ProxyChoice? {
    do throws(TransportError) {
      return try ProxyChoice(parsing: text)
    } catch {
      problem(path, error.description)
      return nil
    }
  }

  /// A file that must not depend on where one stands; a path with `~/` is below the home.
  private mutating func file(_ value: any TOMLValueConvertible, _ path: [String]) -> String? {
    guard let text = string(value, path) else { return nil }
    if text.hasPrefix("/") { return text }
    guard text.hasPrefix("~/"), let home = Environment.value("HOME") else {
      problem(path, "it must be a path that is absolute or starts with ~/")
      return nil
    }
    return FilePath(home).appending(FilePath(String(text.dropFirst(2))).components).string
  }

  private mutating func seconds(_ value: any TOMLValueConvertible, _ path: [String]) -> Int? {
    guard let number = value.int, (1...3600).contains(number) else {
      problem(path, "it must be a number of seconds from 1 to 3600")
      return nil
    }
    return number
  }
}
