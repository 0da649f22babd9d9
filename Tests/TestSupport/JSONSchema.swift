import Foundation
import SystemPackage

/// The part of JSON Schema 2020-12 that `Documentation/json.schema.json` uses, read strictly: a member that no schema names is a fault,
/// too, as if `unevaluatedProperties` were false everywhere.
package struct JSONSchema {
  private let definitions: [String: JSON]
  /// What was met: `name/properties/member` for a member that was not null, and `…/enum/value`.
  package private(set) var seen: Set<String> = []

  /// `Documentation/json.schema.json`.
  package static let ofReports = Result {
    try JSONSchema(readFile(Repository.root.appending("Documentation/json.schema.json")))
  }

  package init(_ text: [UInt8]) throws {
    definitions = try JSON(text)["$defs"]?.members ?? [:]
  }

  /// What is wrong with `value` as a definition of this name has it, each with the way to it; also kept in `seen`.
  package mutating func faults(in value: JSON, as name: String) -> [String] {
    read(value, as: .object(["$ref": .string("#/$defs/\(name)")]), at: name, from: "$")
  }

  /// Everything that can be seen: each member and each value of a list of values.
  package var everything: Set<String> {
    Set(definitions.flatMap { Self.names(in: $0.value, at: $0.key) })
  }

  private static func names(in schema: JSON, at place: String) -> [String] {
    switch schema {
    case .object(let keywords):
      keywords.flatMap { keyword, rest -> [String] in
        switch (keyword, rest) {
        case ("properties", .object(let members)):
          members.flatMap { name, member in
            let way = "\(place)/\(name)"
            return [way] + names(in: member, at: way)
          }
        case ("enum", .array(let values)): values.filter { $0 != .null }.map { "\(place)=\($0.text)" }
        case ("const", let value): ["\(place)=\(value.text)"]
        default: names(in: rest, at: place)
        }
      }
    case .array(let schemas): schemas.flatMap { names(in: $0, at: place) }
    default: []
    }
  }

  private mutating func read(_ value: JSON, as schema: JSON, at place: String, from way: String) -> [String] {
    let (faults, known) = check(value, schema, place, way)
    guard faults.isEmpty, let members = value.members else { return faults }
    return members.keys.filter { !known.contains($0) }.map { "\(way).\($0) is not documented" }
  }

  /// The faults, and the members that the schema speaks of.
  private mutating func check(
    _ value: JSON, _ schema: JSON, _ place: String, _ way: String
  ) -> (faults: [String], known: Set<String>) {
    var (faults, known): ([String], Set<String>) = ([], [])
    for (keyword, rest) in schema.members ?? [:] {
      switch (keyword, rest) {
      case ("$ref", .string(let reference)):
        let name = String(reference.split(separator: "/").last ?? "")
        guard let definition = definitions[name] else { return (["\(reference) is not there"], []) }
        let (more, names) = check(value, definition, name, way)
        (faults, known) = (faults + more, known.union(names))
      case ("allOf", .array(let schemas)):
        for schema in schemas {
          let (more, names) = check(value, schema, place, way)
          (faults, known) = (faults + more, known.union(names))
        }
      case ("anyOf", .array(let schemas)):
        let (fitting, names) = branches(of: schemas, fitting: value, place, way)
        if !fitting { faults.append("\(way) is none of what \(place) can be: \(value.text.prefix(200))") }
        known.formUnion(names)
      case ("not", let schema):
        if check(value, schema, place, way).faults.isEmpty { faults.append("\(way) is what it must not be") }
      case ("properties", .object(let members)):
        for (name, schema) in members {
          guard let member = value[name] else { continue }
          known.insert(name)
          let inner = read(member, as: schema, at: "\(place)/\(name)", from: "\(way).\(name)")
          faults += inner
          if member != .null, inner.isEmpty { seen.insert("\(place)/\(name)") }
        }
      case ("items", let schema):
        for (index, element) in (value.elements ?? []).enumerated() {
          faults += read(element, as: schema, at: place, from: "\(way)[\(index)]")
        }
      case ("required", .array(let names)):
        faults += names.filter { value[$0.text] == nil }.map { "\(way).\($0.text) is missing" }
      case ("type", let type):
        let types = type.elements ?? [type]
        if !types.contains(where: { value.isOf(type: $0.text) }) { faults.append("\(way) is no \(type.text)") }
      case ("enum", .array(let values)):
        if !values.contains(value) { faults.append("\(way) is \(value.text)") }
        seen.insert("\(place)=\(value.text)")
      case ("const", let constant):
        if value != constant { faults.append("\(way) is \(value.text)") }
        seen.insert("\(place)=\(value.text)")
      case ("pattern", .string(let pattern)):
        let text = value.text
        if text.range(of: pattern, options: .regularExpression) == nil { faults.append("\(way) is \(text)") }
      case ("minimum", .number(let least)):
        if case .number(let number) = value, number < least { faults.append("\(way) is \(number)") }
      case ("minItems", .number(let least)):
        if let elements = value.elements, elements.count < Int(least) { faults.append("\(way) is too short") }
      case ("description", _): break
      default: faults.append("\(place) has a keyword that this reader does not know: \(keyword)")
      }
    }
    return (faults, known)
  }

  /// Whether one of the branches fits, and what those that do speak of; of the others nothing counts as seen.
  private mutating func branches(
    of schemas: [JSON], fitting value: JSON, _ place: String, _ way: String
  ) -> (Bool, Set<String>) {
    var (fits, known): (Bool, Set<String>) = (false, [])
    for schema in schemas {
      var trial = self
      let (faults, names) = trial.check(value, schema, place, way)
      guard faults.isEmpty else { continue }
      (self, fits) = (trial, true)
      known.formUnion(names)
    }
    return (fits, known)
  }
}

/// A value of JSON.
package enum JSON: Equatable, Sendable, Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Reads one document.
  package init(_ text: [UInt8]) throws { self = try JSONDecoder().decode(JSON.self, from: Data(text)) }

  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let elements = try? value.decode([JSON].self) {
      self = .array(elements)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }

  package subscript(name: String) -> JSON? { members?[name] }

  fileprivate var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
  fileprivate var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// A string as it is; anything else in words.
  fileprivate var text: String {
    switch self {
    case .string(let text): text
    case .number(let number): number == number.rounded() ? "\(Int(number))" : "\(number)"
    default: "\(self)"
    }
  }

  fileprivate func isOf(type: String) -> Bool {
    switch self {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .number(let number): type == "number" || type == "integer" && number == number.rounded()
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }
}
