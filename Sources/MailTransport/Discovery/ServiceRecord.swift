internal import CResolver

/// Where a domain says that one of its services is. Source: RFC 2782, RFC 6186, RFC 8314 §5.1
struct ServiceRecord: Equatable {
  let priority: Int
  let weight: Int
  let port: UInt16
  /// Without its final dot; empty where the domain says that it does not have the service.
  let target: String

  /// More records for one service than any domain has.
  private static let most = 16

  /// The records of a service, the best first; nil when nobody could be asked.
  ///
  /// - Parameters:
  ///   - name: such as `_imaps._tcp.example.org`.
  ///   - resolver: a port of loopback where a resolver is asked instead of this machine's own.
  static func all(of name: String, resolver: UInt16? = nil) -> [ServiceRecord]? {
    var found = [postseal_srv](repeating: postseal_srv(), count: most)
    // Holds: the call writes at most as many records as there is room for, and ends each name with a NUL.
    let count = unsafe Int(postseal_resolve_srv(name, resolver ?? 0, &found, CInt(most)))
    guard count >= 0 else { return nil }
    let records = found.prefix(count).map { record in
      let target = unsafe withUnsafeBytes(of: record.target) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      return ServiceRecord(
        priority: Int(record.priority), weight: Int(record.weight), port: UInt16(truncatingIfNeeded: record.port),
        target: target == "." ? "" : target)
    }
    return records.sorted { ($0.priority, -$0.weight) < ($1.priority, -$1.weight) }
  }
}
