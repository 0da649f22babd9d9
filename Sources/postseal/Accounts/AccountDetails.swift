import MIME
import MailTransport
import SealedMail

/// What holds for an account, in words; passwords are not among it.
struct AccountDetails {
  let account: Configuration.Account
  let isDefault: Bool

  /// Its line among others.
  var row: [String] {
    let mark = isDefault ? "*" : " "
    let words = [
      mark, account.name, account.from.first ?? "no address", account.submit ?? "sendmail of the system",
    ]
    return words.map { TerminalText.visible($0) }
  }

  /// Key and value of everything that holds.
  var values: [[String]] {
    let connection = account.connection
    let rows: [(String, String?)] = [
      ("account", account.name + (isDefault ? " (the default one)" : "")),
      ("from", account.from.isEmpty ? "any address" : account.from.joined(separator: ", ")),
      ("key", account.key ?? "chosen by address"),
      ("submit", account.submit ?? "sendmail of the system"),
      ("fetch", account.fetch ?? "nowhere"),
      ("into", account.into),
      ("delete-after-fetch", account.deletesAfterFetch ? "yes" : nil),
      ("sent", account.sent ?? "nowhere"),
      ("secret", Self.words(account.credential) ?? otherSecret),
      ("secret for fetching", Self.words(account.fetchCredential)),
      ("trust", connection.caFile ?? "the authorities of this machine"),
      (
        "pinned-key",
        connection.pinnedKeys.isEmpty ? nil : connection.pinnedKeys.map(\.description).joined(separator: ", ")
      ),
      ("client-certificate", connection.clientCertificate),
      ("client-key", connection.clientKey),
      ("client-key-command", connection.clientKeyCommand.map(Self.words)),
      ("proxy", proxy ?? "that of the environment"),
      ("timeout", connection.timeout.map { "\($0) s" } ?? "5 minutes and less, by step"),
      ("sendmail-policy", account.sendmailPolicy.rawValue),
      ("allow-clear-header", account.allowsClearHeader ? "yes: a program may ask for clear text" : "no"),
      ("autocrypt", account.autocrypt?.rawValue ?? "no field"),
      ("autocrypt-gossip", account.tellsGossip ? "yes" : "no"),
    ]
    return rows.compactMap { key, value in value.map { [key, TerminalText.visible($0)] } }
  }

  /// The members of its JSON object: what the file says, with null where it says nothing.
  var json: JSONValue {
    let connection = account.connection
    return .members([
      "name": .string(account.name), "default": .bool(isDefault), "from": .strings(account.from),
      "key": .optional(account.key), "submit": .optional(account.submit), "fetch": .optional(account.fetch),
      "into": .optional(account.into),
      "deleteAfterFetch": .bool(account.deletesAfterFetch),
      "sent": .optional(account.sent), "secret": .optional(Self.kind(account.credential)),
      "fetchSecret": .optional(Self.kind(account.fetchCredential)), "caFile": .optional(connection.caFile),
      "pinnedKeys": .strings(connection.pinnedKeys.map(\.description)),
      "clientCertificate": .optional(connection.clientCertificate), "clientKey": .optional(connection.clientKey),
      "proxy": .optional(proxy), "timeout": .optional(connection.timeout),
      "sendmailPolicy": .string(account.sendmailPolicy.rawValue),
      "allowClearHeader": .bool(account.allowsClearHeader), "autocrypt": .optional(account.autocrypt?.rawValue),
      "autocryptGossip": .bool(account.tellsGossip),
    ])
  }

  private var proxy: String? {
    switch account.connection.proxy {
    case .none?: "none"
    case .proxy(let proxy): proxy.url
    case .environment, nil: nil
    }
  }

  /// What serves where the account names no place.
  private var otherSecret: String {
    account.connection.clientCertificate == nil ? "~/.netrc" : "~/.netrc, else the client certificate"
  }

  private static func words(_ credential: Configuration.Credential?) -> String? {
    switch credential {
    case .passwordCommand(let command): "the password that `\(words(command))` prints"
    case .tokenCommand(let command): "the token that `\(words(command))` prints"
    case .secretService: "the desktop's secret service"
    case nil: nil
    }
  }

  private static func kind(_ credential: Configuration.Credential?) -> String? {
    switch credential {
    case .passwordCommand: "password-command"
    case .tokenCommand: "token-command"
    case .secretService: "service"
    case nil: nil
    }
  }

  private static func words(_ command: [String]) -> String { command.map(ShellWord.quoted).joined(separator: " ") }
}
