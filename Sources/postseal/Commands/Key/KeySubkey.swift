import ArgumentParser

/// `postseal key subkey`: the subkeys of an own key.
struct KeySubkey: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "subkey", abstract: "Add, end and revoke subkeys of your own key.",
    discussion: "To replace the one that mail is encrypted to in one step, use `postseal key rotate`.",
    subcommands: [KeySubkeyAdd.self, KeySubkeyExpire.self, KeySubkeyRevoke.self])

  static let examples = [
    "postseal key subkey add alice@example.org --for sign",
    "postseal key subkey expire alice@example.org 93ED987343284F4CF463844AF8F52B01FE963AA1 90d",
  ]
}
