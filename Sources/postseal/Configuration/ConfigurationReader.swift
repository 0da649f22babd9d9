import MIME
import SealedMail
import TOMLKit

/// Turns a TOML table into a `Configuration` and collects everything that is wrong with it.
struct ConfigurationReader {
  let file: String
  let lines: ConfigurationLines
  /// One sentence for each fault, with the line it stands on.
  private(set) var problems: [String] = []

  init(file: String, lines: ConfigurationLines) {
    self.file = file
    self.lines = lines
  }

  /// The values of the whole file.
  mutating func configuration(_ root: TOMLTable) -> Configuration {
    var result = Configuration()
    each(root, at: []) { reader, key, value, path in
      switch key {
      case "default-account": result.defaultAccount = reader.string(value, path)
      case "crypto": reader.table(value, path).map { result.crypto = reader.crypto($0, path) }
      case "rule": result.rules = reader.rules(value, path)
      case "keys": reader.table(value, path).map { result.keys = reader.keys($0, path) }
      case "local-domain": result.localDomain = reader.domain(value, path)
      case "aliases": reader.table(value, path).map { result.aliases = reader.aliases($0, path) }
      case "filter": reader.table(value, path).map { result.filter = reader.filter($0, path) }
      case "account": reader.table(value, path).map { result.accounts = reader.accounts($0, path) }
      default: reader.unknown(path)
      }
    }
    if let name = result.defaultAccount, !result.accounts.contains(where: { $0.name == name }) {
      problem(["default-account"], "there is no [account.\(name)]")
    }
    return result
  }

  private mutating func crypto(_ table: TOMLTable, _ path: [String]) -> Configuration.Crypto {
    var result = Configuration.Crypto()
    each(table, at: path) { reader, key, value, path in
      switch key {
      case "header-protection": reader.choice(value, path).map { result.headerProtection = $0 }
      case "locate":
        result.locate = reader.strings(value, path).compactMap { reader.choice(named: $0, path) }
      default: reader.unknown(path)
      }
    }
    return result
  }

  private mutating func rules(_ value: any TOMLValueConvertible, _ path: [String]) -> [Configuration.Rule] {
    rules(value, path, choosing: "protection").map { Configuration.Rule(recipients: $0, protection: $1) }
  }

  /// An array of tables that each name recipients, and under `key` what is done for them.
  mutating func rules<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: any TOMLValueConvertible, _ path: [String], choosing key: String
  ) -> [(recipients: [AddressPattern], choice: Choice)] {
    guard let array = value.array else {
      problem(path, "it must be an array of tables, written [[\(path.joined(separator: "."))]]")
      return []
    }
    return array.enumerated().compactMap { index, element in
      let path = path + ["[\(index)]"]
      return table(element, path).flatMap { rule($0, path, choosing: key) }
    }
  }

  private mutating func rule<Choice: RawRepresentable<String> & CaseIterable>(
    _ table: TOMLTable, _ path: [String], choosing chosen: String
  ) -> (recipients: [AddressPattern], choice: Choice)? {
    var recipients: [AddressPattern] = []
    var choice: Choice?
    let faults = problems.count
    each(table, at: path) { reader, key, value, path in
      switch key {
      case "to": recipients = reader.strings(value, path).compactMap { reader.pattern($0, path) }
      case chosen: choice = reader.choice(value, path)
      default: reader.unknown(path)
      }
    }
    if faults == problems.count, recipients.isEmpty || choice == nil {
      problem(path, "a rule needs both `to` and `\(chosen)`")
    }
    return choice.map { (recipients, $0) }
  }

  private mutating func keys(_ table: TOMLTable, _ path: [String]) -> [Configuration.Key] {
    var result: [Configuration.Key] = []
    each(table, at: path) { reader, key, value, path in
      guard let recipient = reader.pattern(key, path), let fingerprint = reader.fingerprint(value, path) else { return }
      result.append(Configuration.Key(recipient: recipient, fingerprint: fingerprint))
    }
    // An exact address wins over the pattern of its domain, whatever their order in the file.
    return result.sorted { !$0.recipient.text.hasPrefix("*") && $1.recipient.text.hasPrefix("*") }
  }

  private mutating func aliases(_ table: TOMLTable, _ path: [String]) -> [String: [String]] {
    var result: [String: [String]] = [:]
    each(table, at: path) { reader, name, value, path in
      let mailbox = try? AddressList(name, localDomain: LocalNames.placeholder).mailboxes.first?.address
      guard mailbox?.localPart == name, mailbox?.isLocalName == true else {
        return reader.problem(path, "`\(name)` is no name without a domain")
      }
      result[name] = value.string == nil ? reader.mailboxes(value, path) : reader.mailboxes([value.string ?? ""], path)
      if value.array?.isEmpty == true { reader.problem(path, "it must name somebody") }
    }
    return result
  }

  private mutating func accounts(_ table: TOMLTable, _ path: [String]) -> [Configuration.Account] {
    var result: [Configuration.Account] = []
    each(table, at: path) { reader, name, value, path in
      reader.table(value, path).map { result.append(reader.account(name, $0, path)) }
    }
    return result
  }

  private mutating func account(_ name: String, _ table: TOMLTable, _ path: [String]) -> Configuration.Account {
    var result = Configuration.Account(name: name)
    each(table, at: path) { reader, key, value, path in
      switch key {
      case "from": result.from = reader.mailboxes(value, path)
      case "key": result.key = reader.fingerprint(value, path)
      case "submit": result.submit = reader.submission(value, path)
      case "fetch": result.fetch = reader.source(value, path)
      case "into": result.into = reader.inbox(value, path)
      case "delete-after-fetch": result.deletesAfterFetch = reader.bool(value, path)
      case "sent": result.sent = reader.keeper(value, path)
      case "allow-clear-header": result.allowsClearHeader = reader.bool(value, path)
      case "sendmail-policy": reader.choice(value, path).map { result.sendmailPolicy = $0 }
      case "autocrypt": result.autocrypt = reader.choice(value, path)
      case "autocrypt-gossip": result.tellsGossip = reader.bool(value, path)
      default:
        if !reader.credential(key, value, path, &result), !reader.connection(key, value, path, &result.connection) {
          reader.unknown(path)
        }
      }
    }
    check(result, path)
    return result
  }

  /// Reads every key of a table.
  mutating func each(
    _ table: TOMLTable, at path: [String],
    _ read: (inout Self, String, any TOMLValueConvertible, [String]) -> Void
  ) {
    for key in table.keys {
      guard let value = table[key] else { continue }
      read(&self, key, value, path + [key])
    }
  }

  /// Notes a fault of the value at `path`.
  mutating func problem(_ path: [String], _ reason: String) {
    let name = path.reduce("") { $1.hasPrefix("[") || $0.isEmpty ? $0 + $1 : $0 + "." + $1 }
    let place = lines.line(of: path).map { "\(file):\($0)" } ?? file
    problems.append("\(place): \(name): \(reason)")
  }
}
