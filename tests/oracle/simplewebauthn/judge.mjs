// Ceremonies as JSON Lines (docs/webauthn.md) in the reading of @simplewebauthn/server: one verdict a line.
import { createInterface } from 'node:readline';

let now = 0;
const Clock = globalThis.Date;
// It takes no time as an argument, and the ceremonies have one of their own.
globalThis.Date = class extends Clock {
  constructor(...given) {
    super(...(given.length ? given : [now]));
  }
  static now() {
    return now;
  }
};
globalThis.fetch = async () => {
  throw new Error('no address in a certificate is asked');
};

const { SettingsService, verifyAuthenticationResponse, verifyRegistrationResponse } =
  await import('@simplewebauthn/server');

const FORMATS = ['packed', 'tpm', 'android-key', 'android-safetynet', 'apple', 'fido-u2f'];
const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64url'));

async function judge({ ceremony, expect, credential, response }) {
  now = expect.now_s * 1000;
  const certificates = (expect.trust_anchors ?? []).map(bytes);
  for (const identifier of FORMATS) SettingsService.setRootCertificates({ identifier, certificates });
  const { clientExtensionResults = {}, ...parts } = response;
  const id = credential?.id ?? 'AAAA'; // at a registration it is the authenticator data that counts
  const common = {
    response: { id, rawId: id, type: 'public-key', clientExtensionResults, response: parts },
    expectedChallenge: expect.challenge,
    expectedOrigin: expect.origins,
    expectedRPID: expect.rp_id,
    requireUserVerification: expect.user_verification === 'required',
  };
  if (ceremony === 'registration') {
    return await verifyRegistrationResponse({
      ...common,
      requireUserPresence: expect.mediation !== 'conditional',
      supportedAlgorithmIDs: expect.algorithms,
    });
  }
  return await verifyAuthenticationResponse({
    ...common,
    expectedTopOrigin: expect.top_origins,
    credential: { id, publicKey: bytes(credential.public_key), counter: credential.sign_count },
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const ceremony = JSON.parse(line);
  let verdict;
  try {
    verdict = { ok: (await judge(ceremony)).verified, message: '' };
  } catch (error) {
    verdict = { ok: false, message: String(error.message) };
  }
  console.log(JSON.stringify({ id: ceremony.id, ...verdict }));
}
