import GPGME
import MIME
import SealedMail

extension Session {
  /// The message with the Autocrypt fields that the sender's account asks for; as it is where none does.
  ///
  /// Never by default: what a sender's programs can do is for the sender to tell.
  /// - Throws: `SealError`.
  func withAutocrypt(
    _ message: OutgoingMessage, plan: SealPlan, options: SealOptions, with context: inout Context
  ) throws -> OutgoingMessage {
    let sender = message.from.address
    let accounts = [account].compactMap(\.self) + configuration.accounts
    let own = accounts.first { $0.writes(as: sender) }
    guard let own, own.autocrypt != nil || own.tellsGossip else { return message }
    var result = message
    if let preference = own.autocrypt {
      if let key = try autocryptKey(of: sender, own, plan: plan, with: &context) {
        result = try result.carrying(
          AutocryptHeader(address: sender, preference: preference, keyData: key))
      } else {
        console.note("no Autocrypt field: you have no key for \(sender.text) that others can encrypt to")
      }
    }
    if own.tellsGossip { result = try result.telling(try plan.gossip(at: options.now, with: &context)) }
    return result
  }

  /// The key that others are to encrypt to: the one that this message uses, else the account's.
  private func autocryptKey(
    of sender: AddrSpec, _ account: Configuration.Account, plan: SealPlan, with context: inout Context
  ) throws -> [UInt8]? {
    var certificate = plan.signer ?? plan.ownCertificate
    if certificate == nil {
      let named = account.key.flatMap { Fingerprint($0) }
      let secret = try context.certificates(in: .secretKeys)
      certificate = try? CertificateChoice.own(sender, for: .encryption, among: secret, named: named, at: now).get()
    }
    guard let certificate else { return nil }
    return try AutocryptKey.data(of: certificate, for: sender, at: now, with: &context)
  }
}
