"""The corpus in the reading of python3-fido2, which judges statements and signatures alone.

Where it disagrees, the sentence of the specification that settles it is here; a disagreement that is not listed fails.
"""

import base64
import hashlib
import warnings

import corpus
import sentences

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the cryptography that it was written against
    from fido2 import cbor
    from fido2.attestation import Attestation
    from fido2.cose import CoseKey
    from fido2.ctap2 import AttestationObject

# What it has no code for: it raises, whatever the case.
FORMATS = {"none", "self", "basic", "attca", "fido-u2f", "tpm", "android-safetynet", "apple"}
ALGORITHMS = {-7, -8, -257, -37, -65535}
TPM_ALGORITHMS = {-257, -65535}  # on elliptic curves it looks for a function that cryptography no longer has

PSS = "RFC 8230 section 2: the salt has the length of the hash; it takes the longest salt that fits"
DISAGREEMENTS = {
    "packed-basic/nine certificates": sentences.MANY,
    "packed-basic/country in small letters": sentences.CAPITALS,
    "packed-basic/country that is none": sentences.COUNTRY,
    "packed-basic/country as UTF8String": sentences.STRING,
    "packed-basic/organization as PrintableString": sentences.STRING,
    "packed-basic/unit as PrintableString": sentences.STRING,
    "packed-basic/common name as PrintableString": sentences.STRING,
    "fido-u2f/two certificates": sentences.ONE_CERTIFICATE,
    "fido-u2f/AAGUID, refused by policy": "our policy",
    "android-safetynet/no version": "8.5: ver is a member of the statement",
    "android-safetynet/empty version": '8.5: "a valid SafetyNet response of version ver"',
    "android-safetynet/critical header": sentences.UNKNOWN_CRITICAL,
    "android-safetynet/old": "our policy",
    "android-safetynet/from the future": "our policy",
    "apple/another key": '8.8: "Verify that the credential public key equals the Subject Public Key of credCert"',
}


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_judged(case):
    about = case["corpus"]
    algorithms = TPM_ALGORITHMS if about["format"] == "tpm" else ALGORITHMS
    if case["ceremony"] == "authentication":
        return about["algorithm"] in ALGORITHMS and about["reason"] in ("", "webauthn.authentication.7.2.21.signature")
    if "by policy" in case["id"] or about["format"] not in FORMATS or about["algorithm"] not in algorithms:
        return False
    return about["reason"] == "" or ".7.1.22." in about["reason"]


def accepts(case):
    response = case["response"]
    digest = hashlib.sha256(from_base64url(response["clientDataJSON"])).digest()
    try:
        if case["ceremony"] == "registration":
            attested = AttestationObject(from_base64url(response["attestationObject"]))
            Attestation.for_type(attested.fmt)().verify(attested.att_statement, attested.auth_data, digest)
        else:
            key = CoseKey.parse(cbor.decode(from_base64url(case["credential"]["public_key"])))
            key.verify(from_base64url(response["authenticatorData"]) + digest, from_base64url(response["signature"]))
    except Exception:  # whatever it raises, and for what does not fit it is anything
        return False
    return True


def test_python_fido2_agrees_or_the_specification_says_who_is_right():
    cases = corpus.cases()
    judged = [case for case in cases if is_judged(case)]
    differ = {case["id"] for case in judged if accepts(case) != (case["corpus"]["reason"] == "")}
    pss = {case["id"] for case in judged if case["corpus"]["algorithm"] == -37
           and (case["ceremony"] == "authentication" or case["corpus"]["format"] == "self")}
    print(f"judged {len(judged)} of {len(cases)}; PSS: {PSS}")
    assert len(judged) > 120
    assert differ - pss <= set(DISAGREEMENTS), differ - pss - set(DISAGREEMENTS)
    listed = {case["id"] for case in judged} & set(DISAGREEMENTS)
    assert listed <= differ, listed - differ
    assert pss <= differ, pss - differ
