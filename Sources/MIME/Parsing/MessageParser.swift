/// Reads a message piece by piece; keeps its headers and offsets, never a body.
package struct MessageParser {
  package init(limits: MIMELimits = .standard) {}
  package mutating func feed(_ bytes: RawSpan) throws(MIMEError) {}
  package mutating func finish() throws(MIMEError) -> MessageStructure { MessageStructure(entities: [], count: 0) }
}
