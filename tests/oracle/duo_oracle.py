"""The corpus in the reading of duo-labs/webauthn, a package in Go that knows Level 2 and no trust.

Where it disagrees, the sentence of the specification that settles it is here; a disagreement that is not listed fails,
and so does a listed one that is no longer there.
"""

import corpus
import duo_judge
import sentences

# What it has no code for. It does not ask an Ed25519 key for its algorithm, so that -19 is as good as -8.
FORMATS = {"none", "self", "basic", "attca", "fido-u2f", "tpm", "android-key", "apple"}  # SafetyNet by its own clock alone
ALGORITHMS = {-7, -8, -19, -35, -36, -257, -258, -259, -37, -38, -39, -65535}

CAPITALS = "5.8.1: origin is the serialization of an origin, and the host in one has small letters"
BYTE_ORDER_MARK = '7.1.5, 7.2.8: "any leading byte order mark (BOM) MUST be stripped"'
BACKUP = '7.1.17, 7.2.18: "If the BE bit of the flags in authData is not set, verify that the BS bit is not set"'
UNIT = '8.2.1: "Subject-OU: Literal string "Authenticator Attestation""'
SCOPED = ('8.4: "The AuthorizationList.allApplications field is not present on either authorization list (softwareEnforced nor'
          ' teeEnforced), since PublicKeyCredential MUST be scoped to the RP ID"')
DISAGREEMENTS = {
    "registration/client data with a member twice": sentences.TWICE,
    "authentication/client data with a member twice": sentences.TWICE,
    "registration/origin in capitals": CAPITALS,
    "authentication/origin in capitals": CAPITALS,
    "registration/byte order mark": BYTE_ORDER_MARK,
    "authentication/byte order mark": BYTE_ORDER_MARK,
    "registration/backed up but not eligible": BACKUP,
    "authentication/backed up but not eligible": BACKUP,
    "registration/extensions that are a list": sentences.EXTENSIONS,
    "authentication/extensions that are a list": sentences.EXTENSIONS,
    "registration/attestation object with bytes after it": sentences.ONE_ITEM,
    "registration/unordered CBOR": sentences.CANONICAL,
    "authentication/unordered CBOR": sentences.CANONICAL,
    "registration/public key not on its curve": sentences.NOT_ON_CURVE,
    "authentication/signature with bytes after it": sentences.DER,
    "packed-self/signature with bytes after it": sentences.DER,
    "packed-basic/nine certificates": sentences.MANY,
    "packed-basic/country in small letters": sentences.CAPITALS,
    "packed-basic/country that is none": sentences.COUNTRY,
    "packed-basic/country as UTF8String": sentences.STRING,
    "packed-basic/organization as PrintableString": sentences.STRING,
    "packed-basic/unit as PrintableString": sentences.STRING,
    "packed-basic/common name as PrintableString": sentences.STRING,
    "packed-basic/no unit": UNIT,
    "packed-basic/another unit": UNIT,
    "packed-basic/no basic constraints": sentences.NOT_AN_AUTHORITY,
    "fido-u2f/certificate on P-384": sentences.P256,
    "fido-u2f/AAGUID": sentences.ZERO_AAGUID,
    "tpm/nine certificates": sentences.MANY,
    "tpm/pubArea with more bytes": sentences.PUBLIC_AREA,
    "tpm/certInfo with more bytes": sentences.CERTIFICATE_INFO,
    "tpm/alternative name not critical": sentences.CRITICAL_NAME,
    "tpm/no basic constraints": sentences.NOT_AN_AUTHORITY,
    "tpm/AAGUID": '8.3: "If aikCert contains an extension with OID 1.3.6.1.4.1.45724.1.1.4 (id-fido-gen-ce-aaguid) verify that'
                  ' the value of this extension matches the aaguid in authenticatorData"',
    "tpm/AAGUID critical": sentences.CRITICAL,
    "android-key/allApplications in software": SCOPED,
    "android-key/allApplications in the TEE": SCOPED,
    "android-key/origin imported": sentences.ANDROID,
    "android-key/no origin": sentences.ANDROID,
    "android-key/purpose to verify and to sign": sentences.ANDROID,
    "android-key/software only": sentences.ANDROID,
}


def is_judged(case):
    about, expect = case["corpus"], case["expect"]
    if about["algorithm"] not in ALGORITHMS or any(step in about["reason"] for step in duo_judge.NOT_ITS):
        return False
    if expect["policy"] not in ({}, {"rs1": True}) or expect["require_trusted_attestation"]:
        return False
    if "mediation" in expect or "RS1 offered" in case["id"]:
        return False
    if about["format"] == "android-key" and about["algorithm"] < -200:
        return False  # it takes every key there for one on a curve
    return case["ceremony"] == "authentication" or about["format"] in FORMATS


def test_duo_agrees_or_the_specification_says_who_is_right():
    cases = corpus.cases()
    judged = [case for case in cases if is_judged(case)]
    print(f"judged {len(judged)} of {len(cases)}")
    assert len(judged) > 250
    corpus.check(judged, corpus.verdicts([duo_judge.program()], judged), DISAGREEMENTS)
