"""The corpus in the reading of SimpleWebAuthn: whole ceremonies, by what their relying party expects.

Where it disagrees, the sentence of the specification that settles it is here; a disagreement that is not listed fails,
and so does a listed one that is no longer there.
"""

import pathlib

import corpus

JUDGE = pathlib.Path(__file__).parent / "simplewebauthn/judge.mjs"

# What it has no code for: it raises, whatever the case.
ALGORITHMS = {-7, -8, -35, -36, -257, -258, -259, -37, -38, -39, -65535}
# What it has no argument for: the relying party compares it itself, or not at all.
NOT_ITS = (".7.1.4.", ".7.1.10.", ".7.1.11.", ".7.1.18.", ".7.1.19.", ".7.1.28.", ".7.2.4.", ".7.2.5.", ".7.2.6.", ".7.2.19.")

MANY = "our limit of eight, and no rule of the specification"
TWICE = 'RFC 8259 section 4: "The names within an object SHOULD be unique"; of two, which one counts is not settled'
EXTENSIONS = '6.1: "extensions": "This is a CBOR map with extension identifiers as keys"'
DER = '6.5.6: "the sig value MUST be encoded as an ASN.1 DER Ecdsa-Sig-Value", and bytes after it are none of it'
ONE_ITEM = ('RFC 8949 section 3: "A decoder MUST NOT return a decoded data item when it encounters input that is not a'
            ' well-formed encoded CBOR data item"')
ALGORITHM = '8.2, 8.3, 8.4: "with the algorithm specified in alg": it takes the hash alone from there'
NOT_AN_AUTHORITY = ('8.2.1, 8.3.1: "The Basic Constraints extension MUST have the CA component set to false": it takes its'
                    " absence for that")
CRITICAL = '8.2.1: "The extension MUST NOT be marked as critical"'
ANDROID = ('8.4: "The value in the AuthorizationList.origin field is equal to KM_ORIGIN_GENERATED. The value in the'
           ' AuthorizationList.purpose field is equal to KM_PURPOSE_SIGN"')
PATH = "RFC 5280 section 6.1.4: a certificate that may not sign others, or as many, has none below it"
DISAGREEMENTS = {
    "registration/client data with a member twice": TWICE,
    "authentication/client data with a member twice": TWICE,
    "authentication/crossOrigin": '7.2.13: "If C.crossOrigin is present and set to true, verify that the Relying Party expects'
                                  ' this credential to be used within an iframe"; it asks only where topOrigin is there too',
    "registration/extensions that are a list": EXTENSIONS,
    "authentication/extensions that are a list": EXTENSIONS,
    "registration/attestation object with bytes after it": ONE_ITEM,
    "registration/attestation object cut short": ONE_ITEM,
    "registration/unordered CBOR": '2: decoders "SHOULD reject CBOR that is not validly encoded in the CTAP2 canonical CBOR'
                                   ' encoding form"',
    "registration/RS1 offered without the policy": "our policy",
    "registration/credential id too long": '7.1.25: "Credential IDs larger than this many bytes SHOULD cause the RP to fail'
                                           ' this registration ceremony"',
    "registration/public key not on its curve": "SEC 1 section 3.2.2: a public key is a point on its curve; it looks at the"
                                                " key when it first verifies with it",
    "authentication/signature with bytes after it": DER,
    "authentication/sign count went back, flagged": '7.2.22: "This is a signal, but not proof, that the authenticator may be'
                                                    ' cloned"; what follows is the relying party\'s',
    "packed-self/signature with bytes after it": DER,
    "packed-basic/signature with bytes after it": DER,
    "packed-basic/nine certificates": MANY,
    "packed-basic/certificate with bytes after it": '8.2: attestnCert is one certificate, "encoded in X.509 format"',
    "packed-basic/alg of another key": ALGORITHM,
    "packed-basic/country in small letters": "8.2.1: an ISO 3166 code, which has capitals",
    "packed-basic/no basic constraints": NOT_AN_AUTHORITY,
    "packed-basic/AAGUID critical": CRITICAL,
    "fido-u2f/two certificates": '8.6: "Check that x5c has exactly one element"',
    "fido-u2f/certificate on P-384": '8.6: "If certificate public key is not an Elliptic Curve (EC) public key over the P-256'
                                     ' curve, terminate this algorithm and return an appropriate error"',
    "fido-u2f/AAGUID": "8.6 has no rule of it; we have a switch",
    "tpm/nine certificates": MANY,
    "tpm/pubArea with more bytes": "8.3: pubArea is a TPMT_PUBLIC, and bytes after it are none of it",
    "tpm/pubArea on an unknown curve": '8.3: "the public key specified by the parameters and unique fields of pubArea is'
                                       ' identical to the credentialPublicKey": it does not compare the curve',
    "tpm/certInfo with more bytes": "8.3: certInfo is a TPMS_ATTEST, and bytes after it are none of it",
    "tpm/alg of another key": ALGORITHM,
    "tpm/alternative name not critical": "RFC 5280 section 4.2.1.6: critical where the subject is empty",
    "tpm/no basic constraints": NOT_AN_AUTHORITY,
    "tpm/AAGUID critical": CRITICAL,
    "android-key/alg of another key": ALGORITHM,
    "android-key/origin imported": ANDROID,
    "android-key/no origin": ANDROID,
    "android-key/purpose to encrypt": ANDROID,
    "android-key/no purpose": ANDROID,
    "android-key/software only": ANDROID,
    "android-key/empty lists": ANDROID,
    "android-safetynet/algorithm none": "RFC 7515 section 5.2: the algorithm in use is the one that the header names",
    "android-safetynet/critical header": "RFC 7515 section 4.1.11: what is critical and not understood makes it invalid",
    "android-safetynet/old, without the policy": "8.5 has no rule of it; we have a switch",
    "none/statement that is a list": '8.7: "attStmt: emptyMap"',
    "trust/intermediate as the anchor": "RFC 5280 section 6: the anchor is the relying party's choice, and need not be a root",
    "trust/root repeated in x5c": 'RFC 5280 section 6.1: the self-signed anchor "is not included as part of the prospective'
                                  ' certification path", so that its copy neither helps nor hurts',
    "trust/leaf signed under SHA-1": "our policy",
    "trust/intermediate without cA": PATH,
    "trust/intermediate without basic constraints": PATH,
    "trust/intermediate that may not sign": PATH,
    "trust/path longer than the root allows": PATH,
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
