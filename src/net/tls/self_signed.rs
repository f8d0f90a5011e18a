//! A certificate made on the spot, for a server that was given none.

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};

/// A key and its certificate, both PEM.
#[derive(Debug)]
pub struct SelfSigned {
    /// PKCS#8.
    pub key: String,
    /// For the names it was made for.
    pub certificate: String,
}

/// Makes a key and a certificate for `names` (host names and IP addresses).
///
/// # Errors
/// If a name is none, or the system has no randomness.
pub fn make(names: Vec<String>) -> Result<SelfSigned, rcgen::Error> {
    let common = names.first().cloned().unwrap_or_default();
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok(SelfSigned {
        key: key.serialize_pem(),
        certificate: certificate.pem(),
    })
}
