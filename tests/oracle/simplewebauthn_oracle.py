"""The corpus in the reading of SimpleWebAuthn: whole ceremonies, by what their relying party expects.

Where it disagrees, the sentence of the specification that settles it is here; a disagreement that is not listed fails,
and so does a listed one that is no longer there.
"""

import pathlib

import corpus
import sentences

JUDGE = pathlib.Path(__file__).parent / "simplewebauthn/judge.mjs"

# What it has no code for: it raises, whatever the case.
ALGORITHMS = {-7, -8, -35, -36, -257, -258, -259, -37, -38, -39, -65535}
# What it has no argument for: the relying party compares it itself, or not at all.
NOT_ITS = (".7.1.4.", ".7.1.10.", ".7.1.11.", ".7.1.18.", ".7.1.19.", ".7.1.28.", ".7.2.4.", ".7.2.5.", ".7.2.6.", ".7.2.19.", ".7.2.23.")

DISAGREEMENTS = {
    "registration/client data with a member twice": sentences.TWICE,
    "authentication/client data with a member twice": sentences.TWICE,
    "authentication/crossOrigin": '7.2.13: "If C.crossOrigin is present and set to true, verify that the Relying Party expects'
                                  ' this credential to be used within an iframe"; it asks only where topOrigin is there too',
    "registration/extensions that are a list": sentences.EXTENSIONS,
    "authentication/extensions that are a list": sentences.EXTENSIONS,
    "registration/attestation object with bytes after it": sentences.ONE_ITEM,
    "registration/attestation object cut short": sentences.ONE_ITEM,
    "registration/unordered CBOR": sentences.CANONICAL,
    "authentication/unordered CBOR": sentences.CANONICAL,
    "registration/RS1 offered without the policy": "our policy",
    "registration/credential id too long": '7.1.25: "Credential IDs larger than this many bytes SHOULD cause the RP to fail'
                                           ' this registration ceremony"',
    "registration/public key not on its curve": sentences.NOT_ON_CURVE,
    "authentication/signature with bytes after it": sentences.DER,
    "authentication/sign count went back, flagged": '7.2.22: "This is a signal, but not proof, that the authenticator may be'
                                                    ' cloned"; what follows is the relying party\'s',
    "packed-self/signature with bytes after it": sentences.DER,
    "packed-basic/signature with bytes after it": sentences.DER,
    "packed-basic/nine certificates": sentences.MANY,
    "packed-basic/certificate with bytes after it": '8.2: attestnCert is one certificate, "encoded in X.509 format"',
    "packed-basic/alg of another key": sentences.ALGORITHM,
    "packed-basic/country in small letters": sentences.CAPITALS,
    "packed-basic/country that is none": sentences.COUNTRY,
    "packed-basic/country as UTF8String": sentences.STRING,
    "packed-basic/organization as PrintableString": sentences.STRING,
    "packed-basic/unit as PrintableString": sentences.STRING,
    "packed-basic/common name as PrintableString": sentences.STRING,
    "packed-basic/no basic constraints": sentences.NOT_AN_AUTHORITY,
    "packed-basic/AAGUID critical": sentences.CRITICAL,
    "fido-u2f/two certificates": sentences.ONE_CERTIFICATE,
    "fido-u2f/certificate on P-384": sentences.P256,
    "fido-u2f/credential on P-384": '8.6: "Let x be the value corresponding to the "-2" key ... and confirm its size to be of 32'
                                    ' bytes. If size differs or "-2" key is not found, terminate this algorithm"',
    "fido-u2f/AAGUID": sentences.ZERO_AAGUID,
    "tpm/nine certificates": sentences.MANY,
    "tpm/pubArea with more bytes": sentences.PUBLIC_AREA,
    "tpm/pubArea on an unknown curve": '8.3: "the public key specified by the parameters and unique fields of pubArea is'
                                       ' identical to the credentialPublicKey": it does not compare the curve',
    "tpm/certInfo with more bytes": sentences.CERTIFICATE_INFO,
    "tpm/alg of another key": sentences.ALGORITHM,
    "tpm/alternative name not critical": sentences.CRITICAL_NAME,
    "tpm/no basic constraints": sentences.NOT_AN_AUTHORITY,
    "tpm/AAGUID critical": sentences.CRITICAL,
    "android-key/alg of another key": sentences.ALGORITHM,
    "android-key/origin imported": sentences.ANDROID,
    "android-key/no origin": sentences.ANDROID,
    "android-key/purpose to verify and to sign": sentences.ANDROID,
    "android-key/purpose to encrypt": sentences.ANDROID,
    "android-key/no purpose": sentences.ANDROID,
    "android-key/software only": sentences.ANDROID,
    "android-key/empty lists": sentences.ANDROID,
    "android-safetynet/algorithm none": "RFC 7515 section 5.2: the algorithm in use is the one that the header names",
    "android-safetynet/critical header": sentences.UNKNOWN_CRITICAL,
    "android-safetynet/old, without the policy": "8.5 has no rule of it; we have a switch",
    "none/statement that is a list": '8.7: "attStmt: emptyMap"',
    "trust/intermediate as the anchor": "RFC 5280 section 6: the anchor is the relying party's choice, and need not be a root",
    "trust/root repeated in x5c": 'RFC 5280 section 6.1: the self-signed anchor "is not included as part of the prospective'
                                  ' certification path", so that its copy neither helps nor hurts',
    "trust/leaf signed under SHA-1": "our policy",
    "trust/intermediate without cA": sentences.PATH,
    "trust/intermediate without basic constraints": sentences.PATH,
    "trust/intermediate that may not sign": sentences.PATH,
    "trust/path longer than the root allows": sentences.PATH,
}


def is_judged(case):
    about, expect = case["corpus"], case["expect"]
    if about["algorithm"] not in ALGORITHMS or any(step in about["reason"] for step in NOT_ITS):
        return False
    if expect["policy"] not in ({}, {"rs1": True}) or "crls" in expect or "mds_blob" in expect:
        return False
    if expect["require_trusted_attestation"] and "trust_anchors" not in expect:
        return False
    if case["ceremony"] == "registration" and about["format"] == "android-key":
        return case["id"].startswith("android-key/")  # of the others x5c ends before the root, which it wants inside
    return case["ceremony"] == "authentication" or about["format"] != "compound"


def test_simplewebauthn_agrees_or_the_specification_says_who_is_right():
    cases = corpus.cases()
    judged = [case for case in cases if is_judged(case)]
    print(f"judged {len(judged)} of {len(cases)}")
    assert len(judged) > 300
    corpus.check(judged, corpus.verdicts(["node", JUDGE], judged), DISAGREEMENTS)
