//! Chains made on the spot, good and bad.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, date_time_ymd,
};

use super::*;

/// 2030-01-01
const NOW: i64 = 1_893_456_000;

type Kit = (CertificateParams, KeyPair);

fn kit(name: &str) -> Kit {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2100, 1, 1);
    params.use_authority_key_identifier_extension = true;
    (params, KeyPair::generate().unwrap())
}

fn authority(name: &str) -> Kit {
    let (mut params, key) = kit(name);
    params.subject_alt_names.clear();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    (params, key)
}

fn root((params, key): &Kit) -> CertificateDer<'static> {
    params.self_signed(key).unwrap().der().clone()
}

fn signed((params, key): &Kit, (issuer, issuer_key): &Kit) -> CertificateDer<'static> {
    let issuer = Issuer::from_params(issuer, issuer_key);
    params.signed_by(key, &issuer).unwrap().der().clone()
}

fn verify(
    presented: &[CertificateDer<'static>],
    trusted: &[CertificateDer<'static>],
) -> Option<Problem> {
    let anchors = Anchors::new(trusted.iter().cloned());
    chain(presented, &anchors, Role::Server, NOW)
}

#[test]
fn chains_of_any_length_in_any_order() {
    let (top, middle, low, leaf) = (
        authority("top"),
        authority("middle"),
        authority("low"),
        kit("leaf"),
    );
    let leaf = signed(&leaf, &low);
    let low = signed(&low, &middle);
    let middle = signed(&middle, &top);
    let top = root(&top);
    let all = [leaf.clone(), middle.clone(), low.clone()];
    assert_eq!(verify(&all, std::slice::from_ref(&top)), None);
    let with_root = [leaf.clone(), low.clone(), middle.clone(), top.clone()];
    assert_eq!(verify(&with_root, std::slice::from_ref(&top)), None);
    assert_eq!(verify(&with_root, &[]), Some(Problem::SelfSignedInChain));
    assert_eq!(
        verify(&[leaf.clone(), low.clone()], std::slice::from_ref(&top)),
        Some(Problem::NoLocalIssuer)
    );
    assert_eq!(
        verify(std::slice::from_ref(&leaf), std::slice::from_ref(&top)),
        Some(Problem::UnverifiedLeaf)
    );
    // What the peer does not send may be known here.
    assert_eq!(
        verify(
            std::slice::from_ref(&leaf),
            &[middle.clone(), low.clone(), top]
        ),
        None
    );
    assert_eq!(
        verify(std::slice::from_ref(&leaf), &[middle, low]),
        Some(Problem::NoIssuer)
    );
    // Trusting the leaf alone is not enough, as with OpenSSL.
    assert_eq!(
        verify(std::slice::from_ref(&leaf), std::slice::from_ref(&leaf)),
        Some(Problem::UnverifiedLeaf)
    );
}

#[test]
fn a_root_of_the_same_name_does_not_help() {
    let (real, mut fake, leaf) = (authority("root"), authority("root"), kit("leaf"));
    // Not even without a name for its key, which would tell them apart.
    fake.0.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(Vec::new());
    let mut forged = leaf;
    forged.0.use_authority_key_identifier_extension = false;
    let forged = signed(&forged, &fake);
    assert_eq!(
        verify(std::slice::from_ref(&forged), &[root(&real)]),
        Some(Problem::BadSignature)
    );
    // Of several with the name, the one that has signed is found.
    assert_eq!(verify(&[forged], &[root(&real), root(&fake)]), None);
}

#[test]
fn a_changed_certificate_is_noticed() {
    let (top, leaf) = (authority("top"), kit("leaf"));
    let mut der = signed(&leaf, &top).as_ref().to_vec();
    let at = der
        .windows(9)
        .position(|bytes| bytes == b"localhost")
        .unwrap();
    der[at] = b'L';
    assert_eq!(
        verify(&[der.into()], &[root(&top)]),
        Some(Problem::BadSignature)
    );
}

#[test]
fn a_self_signed_certificate_is_trusted_as_itself_only() {
    let leaf = kit("leaf");
    let der = root(&leaf);
    assert_eq!(
        verify(std::slice::from_ref(&der), std::slice::from_ref(&der)),
        None
    );
    // The same names and key, other contents.
    let mut other = leaf;
    other.0.not_after = date_time_ymd(2099, 1, 1);
    let other = root(&other);
    assert_eq!(verify(&[other], &[der]), Some(Problem::SelfSigned));
}

#[test]
fn dates() {
    for (from, to, problem) in [
        (2020, 2025, Problem::Expired),
        (2040, 2050, Problem::NotYetValid),
    ] {
        let (mut top, mut leaf) = (authority("top"), kit("leaf"));
        leaf.0.not_before = date_time_ymd(from, 1, 1);
        leaf.0.not_after = date_time_ymd(to, 1, 1);
        assert_eq!(verify(&[signed(&leaf, &top)], &[root(&top)]), Some(problem));
        // An authority's dates count as well; and a stranger who is late is told that he is late.
        let stranger = authority("stranger");
        assert_eq!(
            verify(&[signed(&leaf, &stranger)], &[root(&top)]),
            Some(problem)
        );
        top.0.not_before = date_time_ymd(from, 1, 1);
        top.0.not_after = date_time_ymd(to, 1, 1);
        assert_eq!(
            verify(&[signed(&kit("leaf"), &top)], &[root(&top)]),
            Some(problem)
        );
    }
}

#[test]
fn only_authorities_sign() {
    let (top, middle, leaf) = (authority("top"), kit("middle"), kit("leaf"));
    let presented = [signed(&leaf, &middle), signed(&middle, &top)];
    assert_eq!(
        verify(&presented, &[root(&top)]),
        Some(Problem::InvalidPurpose)
    );
    // One that says it may not is not even considered.
    let mut middle = authority("middle");
    middle.0.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let presented = [signed(&leaf, &middle), signed(&middle, &top)];
    assert_eq!(
        verify(&presented, &[root(&top)]),
        Some(Problem::UnverifiedLeaf)
    );
    let mut middle = authority("middle");
    middle.0.is_ca = IsCa::ExplicitNoCa;
    let presented = [signed(&leaf, &middle), signed(&middle, &top)];
    assert_eq!(
        verify(&presented, &[root(&top)]),
        Some(Problem::InvalidPurpose)
    );
}

#[test]
fn paths_are_as_long_as_permitted() {
    let (mut top, middle, low, leaf) = (
        authority("top"),
        authority("middle"),
        authority("low"),
        kit("leaf"),
    );
    top.0.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
    let trusted = [root(&top)];
    let middle_der = signed(&middle, &top);
    let presented = [signed(&leaf, &middle), middle_der.clone()];
    assert_eq!(verify(&presented, &trusted), None);
    let presented = [signed(&leaf, &low), signed(&low, &middle), middle_der];
    assert_eq!(verify(&presented, &trusted), Some(Problem::PathTooLong));
}

#[test]
fn purposes() {
    let (top, mut leaf) = (authority("top"), kit("leaf"));
    leaf.0.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let der = signed(&leaf, &top);
    let anchors = Anchors::new([root(&top)]);
    let check = |role| chain(std::slice::from_ref(&der), &anchors, role, NOW);
    assert_eq!(check(Role::Server), Some(Problem::InvalidPurpose));
    assert_eq!(check(Role::Client), None);
    leaf.0.extended_key_usages.clear();
    leaf.0.key_usages = vec![KeyUsagePurpose::CrlSign];
    assert_eq!(
        verify(&[signed(&leaf, &top)], &[root(&top)]),
        Some(Problem::InvalidPurpose)
    );
}

#[test]
fn what_is_demanded_and_not_understood_is_refused() {
    let (top, mut leaf) = (authority("top"), kit("leaf"));
    let mut demand = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    leaf.0.custom_extensions = vec![demand.clone()];
    assert_eq!(verify(&[signed(&leaf, &top)], &[root(&top)]), None);
    demand.set_criticality(true);
    leaf.0.custom_extensions = vec![demand];
    assert_eq!(
        verify(&[signed(&leaf, &top)], &[root(&top)]),
        Some(Problem::UnknownDemand)
    );
}

#[test]
fn names_are_limited() {
    for (permitted, problem) in [
        ("localhost", None),
        ("elsewhere.invalid", Some(Problem::NameNotPermitted)),
    ] {
        let (top, mut middle, leaf) = (authority("top"), authority("middle"), kit("leaf"));
        middle.0.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName(permitted.to_owned())],
            excluded_subtrees: Vec::new(),
        });
        let presented = [signed(&leaf, &middle), signed(&middle, &top)];
        assert_eq!(verify(&presented, &[root(&top)]), problem);
    }
}

#[test]
fn nothing_and_nonsense() {
    assert_eq!(verify(&[], &[]), Some(Problem::Unreadable));
    assert_eq!(
        verify(&[vec![0x30, 0x03, 1, 2, 3].into()], &[]),
        Some(Problem::Unreadable)
    );
}

#[test]
fn a_chain_without_end_ends() {
    let (first, second) = (authority("first"), authority("second"));
    let leaf = kit("leaf");
    // Each has signed the other.
    let presented = [
        signed(&leaf, &first),
        signed(&first, &second),
        signed(&second, &first),
    ];
    assert_eq!(verify(&presented, &[]), Some(Problem::NoLocalIssuer));
}
