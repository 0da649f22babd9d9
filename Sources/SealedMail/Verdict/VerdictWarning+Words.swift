import MIME

extension VerdictWarning {
  /// The stable name of its kind, for scripts.
  package var name: String {
    switch self {
    case .headerDiffers: "headerDiffers"
    case .senderInsideUnproven: "senderInsideUnproven"
    case .headersNotProtected: "headersNotProtected"
    case .errantPart: "errantPart"
    case .repaired: "repaired"
    case .signedAtOtherTime: "signedAtOtherTime"
    case .otherSignature: "otherSignature"
    case .uncheckedSignature: "uncheckedSignature"
    case .fromIsAmbiguous: "fromIsAmbiguous"
    case .displayNameHoldsAddress: "displayNameHoldsAddress"
    case .addressMixesAlphabets: "addressMixesAlphabets"
    case .signatureOutsideEncryption: "signatureOutsideEncryption"
    case .mailingListWrapper: "mailingListWrapper"
    case .smime: "smime"
    case .tnef: "tnef"
    case .inlineBlock: "inlineBlock"
    case .textAroundBlock: "textAroundBlock"
    }
  }

  /// The section number of the part that it is about; nil when it is about the message.
  package var section: String? {
    switch self {
    case .errantPart(let section, _, _), .mailingListWrapper(let section, _), .inlineBlock(let section, _),
      .tnef(let section):
      section
    default: nil
    }
  }

  /// The warning in words: lower case, no full stop; holds foreign text as received.
  ///
  /// - Parameter opens: what `--part` does with the number of a part.
  package func sentence(time: (Int64) -> String, opens: String = "opens") -> String {
    switch self {
    case .headerDiffers(let name, let protected, let outer):
      Self.difference(name, protected, outer)
    case .senderInsideUnproven(let claim): "inside it claims to be from \"\(claim)\", which no good signature confirms"
    case .headersNotProtected: "the header fields, Subject among them, are not protected"
    case .errantPart(let section, .smime(let kind), let isForwarded):
      "part \(section) is \(isForwarded ? "a forwarded message, " : "")\(kind.words), \(kind.readers)"
    case .errantPart(let section, let kind, let isForwarded):
      "part \(section) is \(isForwarded ? "a forwarded message, " : "")\(kind.words); `--part \(section)` \(opens) it apart"
    case .repaired(let what): "mangled on the way: \(what)"
    case .signedAtOtherTime(let signedAt, let date):
      "signed \(time(signedAt)), more than a day away from the Date field \(time(date))"
    case .otherSignature(let why): "a further signature does not hold: \(why)"
    case .uncheckedSignature(let sentence): sentence
    case .fromIsAmbiguous(0): "the message has no From address that can be read"
    case .fromIsAmbiguous(let count): "the message has \(count) From addresses"
    case .displayNameHoldsAddress(let name): "the sender's display name holds another address: \(name)"
    case .addressMixesAlphabets(let address): "the sender's address mixes alphabets: \(address)"
    case .signatureOutsideEncryption:
      "a signature stands outside the encryption, where it says nothing about the content"
    case .mailingListWrapper(let section, let others):
      others.count == 1
        ? "part \(section) is signed; part \(others[0]), which mailing lists and others add on the way, is not"
        : "part \(section) is signed; parts \(others.joined(separator: " and ")), which mailing lists and others add on the way, are not"
    case .smime(let kind): "it is \(kind.words), \(kind.readers)"
    case .tnef(let section):
      "part \(section) is winmail.dat (TNEF), Outlook's own wrapping: `ytnef` or `tnef` unpacks it"
    case .inlineBlock(let section, 1):
      "part \(section) holds an OpenPGP block among other text, not judged; `--part \(section)` \(opens) it apart"
    case .inlineBlock(let section, let count):
      "part \(section) holds \(count) OpenPGP blocks, not judged; `--part \(section):1` \(opens) the first one apart"
    case .textAroundBlock: "the text around the block is not part of it, and is left out"
    }
  }

  /// How a field inside and outside differ.
  private static func difference(_ name: String, _ protected: String, _ outer: String?) -> String {
    guard let outer else { return "\(name) is missing outside: protected \"\(protected)\"" }
    return protected.isEmpty
      ? "\(name) was added on the way: \"\(outer)\""
      : "\(name) was changed on the way: protected \"\(protected)\", outside \"\(outer)\""
  }
}
