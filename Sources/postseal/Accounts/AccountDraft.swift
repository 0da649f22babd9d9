import MailTransport

/// An account that is to be written into the configuration file.
struct AccountDraft {
  var name: String
  var from: [String] = []
  var key: String?
  var submit: String?
  var fetch: String?
  var into: String?
  var sent: String?
  var credential: Configuration.Credential?
  var connection = ConnectionFlags.Words()

  /// The lines of its table, as the file is to have them.
  var toml: String {
    var lines = ["[account.\(Self.key(name))]"]
    func add(_ key: String, _ text: String?) { if let text { lines.append("\(key) = \(Self.string(text))") } }
    if !from.isEmpty { lines.append("from = \(Self.array(from))") }
    add("key", key)
    add("submit", submit)
    add("fetch", fetch)
    add("into", into)
    add("sent", sent)
    switch credential {
    case .passwordCommand(let words): lines.append("password-command = \(Self.array(words))")
    case .tokenCommand(let words): lines.append("token-command = \(Self.array(words))")
    case .secretService: add("secret", Configuration.SecretPlace.service.rawValue)
    case nil: break
    }
    add("ca-file", connection.caFile)
    add("pinned-key", connection.pinnedKey)
    add("client-certificate", connection.clientCertificate)
    add("client-key", connection.clientKey)
    add("proxy", connection.proxy)
    if let timeout = connection.timeout { lines.append("timeout = \(timeout)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The words of a command line: taken apart at blanks, or given to a shell where only a shell can read them.
  static func command(_ text: String) -> [String] {
    guard text.contains(where: { "'\"\\$`|&;<>()*?[]{}~#!".contains($0) }) else {
      return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    return ["/bin/sh", "-c", text]
  }

  private static func array(_ texts: [String]) -> String { "[\(texts.map(string).joined(separator: ", "))]" }

  /// A bare key, or a quoted one. Source: TOML 1.0, "Keys"
  private static func key(_ text: String) -> String {
    let isBare = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
      default: false
      }
    }
    return isBare && !text.isEmpty ? text : string(text)
  }

  /// A basic string. Source: TOML 1.0, "String"
  static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
