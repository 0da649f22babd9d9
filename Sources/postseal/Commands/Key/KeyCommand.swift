import ArgumentParser

/// `postseal key`: certificates and secret keys of the GnuPG keyring.
struct KeyCommand: ParsableCommand, Documented {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Manage the certificates and keys of your GnuPG keyring.",
    subcommands: [
      KeyList.self,
      KeyShow.self,
      KeyFind.self, KeyRefresh.self,
      KeyPublish.self,
      KeyWhy.self,
      KeyCheck.self,
      KeyNew.self,
      KeyImport.self,
      KeyExport.self,
      KeyBackup.self,
      KeyRestore.self,
      KeyAccept.self,
      KeyUnaccept.self,
      KeyExpire.self,
      KeyPasswd.self,
      KeyUID.self,
      KeyCertify.self,
      KeyTrust.self,
      KeySubkey.self,
      KeyRotate.self,
      KeyRevoke.self,
      KeyDisable.self,
      KeyEnable.self,
      KeyDelete.self,
    ])

  static let examples = ["postseal key list", "postseal key find bob@example.org"]
}
