// Digital Bazaar's software signs and verifies many badges in one run: {task, documents, credentials, ...}.
import {text} from 'node:stream/consumers';
import {loaderOf, messages, stopTheNetwork} from './loader.mjs';

const asked = JSON.parse(await text(process.stdin));
stopTheNetwork(asked.documents);

const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const Multikey = await import('@digitalbazaar/ed25519-multikey');
const {cryptosuite: rdfc} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const jcs = await import('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const vc = await import('@digitalbazaar/vc');

const documentLoader = loaderOf(asked.documents);

async function signed(credential) {
  const seed = Uint8Array.from(Buffer.from(asked.seed, 'hex'));
  const key = await Multikey.generate({controller: asked.controller, seed});
  key.id = asked.method;
  const cryptosuite = asked.cryptosuite === 'eddsa-jcs-2022' ? jcs.createSignCryptosuite() : rdfc;
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite, date: asked.created});
  return vc.issue({credential, suite, documentLoader});
}

async function judged(credential) {
  const first = [credential.proof].flat()[0];
  const cryptosuite = first?.cryptosuite === 'eddsa-jcs-2022' ? jcs.createVerifyCryptosuite() : rdfc;
  const suite = new DataIntegrityProof({cryptosuite});
  try {
    const found = await vc.verifyCredential({
      credential, suite, documentLoader, checkStatus: async () => ({verified: true}),
    });
    return {verified: found.verified, errors: messages(found.error)};
  } catch(error) {
    return {verified: false, errors: messages(error)};
  }
}

const found = [];
for(const credential of asked.credentials) {
  found.push(await (asked.task === 'sign' ? signed : judged)(credential));
}
process.stdout.write(JSON.stringify(found));
