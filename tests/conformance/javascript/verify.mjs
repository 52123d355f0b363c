// Asks two outside implementations about one credential. Nothing leaves this process: whatever they
// want to fetch comes from the documents on standard input, and anything else is answered with 404.
import {text} from 'node:stream/consumers';
import {loaderOf, messages, stopTheNetwork} from './loader.mjs';

const {credential, documents} = JSON.parse(await text(process.stdin));

stopTheNetwork(documents);

const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite: rdfc} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const {createVerifyCryptosuite} = await import('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const {checkStatus} = await import('@digitalbazaar/vc-bitstring-status-list');
const vc = await import('@digitalbazaar/vc');
const dcc = await import('@digitalcredentials/verifier-core');

const documentLoader = loaderOf(documents);

async function digitalBazaar() {
  const jcs = credential.proof?.cryptosuite === 'eddsa-jcs-2022';
  const suites = [new DataIntegrityProof({cryptosuite: rdfc})];
  if(jcs) {
    suites.unshift(new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()}));
  }
  const common = {credential, suite: suites, documentLoader};
  const signed = await vc.verifyCredential({...common, checkStatus: async () => ({verified: true})});
  const listed = credential.credentialStatus ? await checkStatus(common) : {verified: null};
  return {
    verified: signed.verified,
    revoked: revoked(listed),
    errors: [...messages(signed.error), ...messages(listed.error)],
  };
}

function revoked(listed) {
  if(listed.results?.some(each => each.status)) {
    return true;
  }
  return listed.verified === true ? false : null;
}

async function digitalCredentialsConsortium() {
  const result = await dcc.verifyCredential({credential, knownDIDRegistries: []});
  const step = id => result.log?.find(each => each.id === id)?.valid;
  const status = step('revocation_status');
  return {
    verified: step('valid_signature') === true,
    revoked: status === undefined ? null : !status,
    errors: [...messages({errors: result.errors}), ...(result.log ?? []).flatMap(each => messages(each.error))],
  };
}

async function answer(ask) {
  try {
    return await ask();
  } catch(error) {
    return {verified: false, revoked: null, errors: messages(error)};
  }
}

process.stdout.write(JSON.stringify({
  digitalbazaar: await answer(digitalBazaar),
  dcc: await answer(digitalCredentialsConsortium),
}));
