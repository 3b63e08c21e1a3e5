"""Sentences that settle more than one disagreement. Numbers alone are sections of WebAuthn Level 3."""

MANY = "our limit of eight, and no rule of the specification"
TWICE = 'RFC 8259 section 4: "The names within an object SHOULD be unique"; of two, which one counts is not settled'
EXTENSIONS = '6.1: "extensions": "This is a CBOR map with extension identifiers as keys"'
DER = '6.5.5: "the sig value MUST be encoded as an ASN.1 DER Ecdsa-Sig-Value", and bytes after it are none of it'
ONE_ITEM = ('RFC 8949 section 3: "A decoder MUST NOT return a decoded data item when it encounters input that is not a'
            ' well-formed encoded CBOR data item"')
ALGORITHM = '8.2, 8.3, 8.4: "with the algorithm specified in alg": it takes the hash alone from there'
NOT_AN_AUTHORITY = ('8.2.1, 8.3.1: "The Basic Constraints extension MUST have the CA component set to false": it takes its'
                    " absence for that")
CRITICAL = '8.2.1: "The extension MUST NOT be marked as critical"'
ANDROID = ('8.4: "The value in the AuthorizationList.origin field is equal to KM_ORIGIN_GENERATED. The value in the'
           ' AuthorizationList.purpose field is equal to KM_PURPOSE_SIGN"')
PATH = "RFC 5280 section 6.1.4: a certificate that may not sign others, or as many, has none below it"
ONE_CERTIFICATE = '8.6: "Check that x5c has exactly one element"'
P256 = ('8.6: "If certificate public key is not an Elliptic Curve (EC) public key over the P-256 curve, terminate this algorithm'
        ' and return an appropriate error"')
CAPITALS = "8.2.1: an ISO 3166 code, which has capitals"
COUNTRY = "8.2.1: an ISO 3166 code, and the standard assigns GB"
STRING = '8.2.1: "(PrintableString)" of the country, "(UTF8String)" of the others; it reads them without their types'
CANONICAL = '2: decoders "SHOULD reject CBOR that is not validly encoded in the CTAP2 canonical CBOR encoding form"'
NOT_ON_CURVE = "SEC 1 section 3.2.2: a public key is a point on its curve; it looks at the key when it first verifies with it"
PUBLIC_AREA = "8.3: pubArea is a TPMT_PUBLIC, and bytes after it are none of it"
CERTIFICATE_INFO = "8.3: certInfo is a TPMS_ATTEST, and bytes after it are none of it"
CRITICAL_NAME = "RFC 5280 section 4.2.1.6: critical where the subject is empty"
ZERO_AAGUID = "8.6 has no rule of it; we have a switch"
UNKNOWN_CRITICAL = "RFC 7515 section 4.1.11: what is critical and not understood makes it invalid"
