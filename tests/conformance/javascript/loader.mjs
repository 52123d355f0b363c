// What is common to the scripts: documents come from whoever asks, and nothing else can be had.
const MULTIKEY = 'https://w3id.org/security/multikey/v1';

export function stopTheNetwork(documents) {
  globalThis.fetch = async input => {
    const url = typeof input === 'string' ? input : input.url ?? String(input);
    const found = documents[url];
    return new Response(JSON.stringify(found ?? {}), {
      status: found ? 200 : 404,
      headers: {'content-type': 'application/json'},
    });
  };
  console.log = console.warn = console.info = console.debug = () => {};
}

export function loaderOf(documents) {
  return async function documentLoader(url) {
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
  };
}

export function messages(error) {
  if(!error) {
    return [];
  }
  const inner = [error.errors ?? []].flat().flatMap(messages);
  return [error.message, error.cause?.message, ...inner].filter(Boolean).map(String);
}

function didWebUrl(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return `https://${host}${path.length ? '/' + path.join('/') : '/.well-known'}/did.json`;
}
