// Asks two outside implementations about one credential. Nothing leaves this process: whatever they
// want to fetch comes from the documents on standard input, and anything else is answered with 404.
import {text} from 'node:stream/consumers';

const {credential, documents} = JSON.parse(await text(process.stdin));

globalThis.fetch = async input => {
  const url = typeof input === 'string' ? input : input.url ?? String(input);
  const found = documents[url];
  return new Response(JSON.stringify(found ?? {}), {
    status: found ? 200 : 404,
    headers: {'content-type': 'application/json'},
  });
};
console.log = console.warn = console.info = console.debug = () => {};

const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite: rdfc} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const {createVerifyCryptosuite} = await import('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const {checkStatus} = await import('@digitalbazaar/vc-bitstring-status-list');
const vc = await import('@digitalbazaar/vc');
const dcc = await import('@digitalcredentials/verifier-core');

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

function didWebUrl(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return `https://${host}${path.length ? '/' + path.join('/') : '/.well-known'}/did.json`;
}

async function documentLoader(url) {
  const [name, fragment] = url.split('#');
  const document = documents[name.startsWith('did:web:') ? didWebUrl(name) : name];
  if(!document) {
    throw new Error(`nothing was given for ${url}`);
  }
  const method = fragment && document.verificationMethod?.find(each => each.id === url);
  return {
    contextUrl: null,
    documentUrl: url,
    document: method ? {'@context': MULTIKEY, ...method} : document,
  };
}

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

function messages(error) {
  if(!error) {
    return [];
  }
  const inner = [error.errors ?? []].flat().flatMap(messages);
  return [error.message, error.cause?.message, ...inner].filter(Boolean).map(String);
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
