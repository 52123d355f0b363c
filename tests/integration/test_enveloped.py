import json
from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
from joserfc import jwt as joserfc
from joserfc.jwk import OKPKey
from openbadgeslib.ob3.verifier import OB3Verifier

from issuer.core.documents import Document
from issuer.core.securing import multibase
from issuer.db import credentials
from issuer.db.tables import Credential
from issuer.keys.ports import KeyUnavailable
from issuer.services import enveloped, keys, revoke, standing
from issuer.services.standing import Damaged, Erased, PublicBadge
from tests.support.world import PUBLIC_URL, World

DID = "did:web:badges.example.org"


def badge_of(world: World, public_id: str) -> PublicBadge:
    return standing.public_badge(world.context, public_id, PUBLIC_URL)


def issued(world: World, **changes: object) -> PublicBadge:
    return badge_of(world, world.issue(**changes).award[0].public_id)


def parts(token: str) -> tuple[Document, Document]:
    header, payload = (json.loads(multibase.decode_base64url(part)) for part in token.split(".")[:2])
    return header, payload


def listed_key(world: World, kid: str) -> str:
    """Return the Multikey that the DID document lists for a key id."""
    methods = keys.did_document(world.context, world.tenant)["verificationMethod"]
    return str(next(method["publicKeyMultibase"] for method in methods if method["id"] == kid))


def test_it_is_the_signed_content_with_the_claims_that_open_badges_asks_for(alder: World) -> None:
    alder.publish(validity={"for": "P5Y"})
    badge = issued(alder, recipient={"did": "did:example:rosa", "name": "Rosa Delgado"})

    header, payload = parts(enveloped.token(alder.context, badge))

    claims = {name: payload.pop(name) for name in ("iss", "jti", "sub", "nbf", "exp")}
    content = {name: value for name, value in badge.document.items() if name != "proof"}
    assert payload == content
    assert claims == {
        "iss": DID,
        "jti": badge.document["id"],
        "sub": "did:example:rosa",
        "nbf": int(badge.credential.awarded_at.timestamp()),
        "exp": int((badge.credential.valid_until or badge.credential.awarded_at).timestamp()),
    }
    assert header == {"alg": "EdDSA", "kid": badge.document["proof"]["verificationMethod"], "typ": "JWT"}


def test_who_has_no_id_has_no_sub_and_what_never_expires_no_exp(alder: World) -> None:
    _, payload = parts(enveloped.token(alder.context, issued(alder)))

    assert not {"sub", "exp"} & payload.keys()


@pytest.mark.parametrize("recipient", [{"email": "rosa@alder.example"}, {"did": "did:example:rosa"}])
def test_our_own_verifier_accepts_it_and_sees_a_withdrawal(alder: World, recipient: Document) -> None:
    badge = issued(alder, recipient=recipient)
    token = enveloped.token(alder.context, badge)
    before = alder.verify(token).result

    revoke.change(
        alder.context,
        alder.client,
        badge.credential.public_id,
        "revoke",
        reason="other",
        note=None,
        request_id="req",
    )

    assert before == "valid"
    assert alder.verify(token).result == "revoked"


def test_a_changed_token_is_not_accepted(alder: World) -> None:
    header, payload, signature = enveloped.token(alder.context, issued(alder)).split(".")
    changed = {**json.loads(multibase.decode_base64url(payload)), "name": "Another"}
    forged = multibase.encode_base64url(json.dumps(changed).encode())

    assert alder.verify(f"{header}.{forged}.{signature}").result == "altered"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_pyjwt_and_joserfc_accept_it_with_the_key_of_the_did_document(alder: World) -> None:
    token = enveloped.token(alder.context, issued(alder))
    key = multibase.public_key(listed_key(alder, parts(token)[0]["kid"]))

    by_pyjwt = jwt.decode(token, key, algorithms=["EdDSA"], issuer=DID)
    by_joserfc = joserfc.decode(token, OKPKey.import_key(key), algorithms=["EdDSA"])

    assert by_pyjwt == by_joserfc.claims == parts(token)[1]


@pytest.mark.filterwarnings("ignore")
def test_openbadgeslib_accepts_it(alder: World) -> None:
    token = enveloped.token(alder.context, issued(alder))
    key = multibase.public_key(listed_key(alder, parts(token)[0]["kid"]))

    OB3Verifier(key, issuer_did=DID).verify(token, check_status=False)


def test_it_is_the_same_for_ever_whatever_key_signs_later(alder: World) -> None:
    public_id = alder.issue().award[0].public_id
    first = enveloped.token(alder.context, badge_of(alder, public_id))
    keys.rotate(alder.context, alder.tenant)
    alder.clock.move(days=400)

    assert enveloped.token(alder.context, badge_of(alder, public_id)) == first


def test_the_badges_own_key_signs_it_while_it_can_and_the_next_one_after(alder: World) -> None:
    early, late = issued(alder), issued(alder)
    own = early.credential.key_id
    new = keys.rotate(alder.context, alder.tenant).id
    signed_before = enveloped.token(alder.context, early)
    keys.retire(alder.context, alder.tenant, own)

    signed_after = enveloped.token(alder.context, late)

    assert parts(signed_before)[0]["kid"] == f"{DID}#{own}"
    assert parts(signed_after)[0]["kid"] == f"{DID}#{new}"
    assert alder.verify(signed_after).result == "valid"


def test_without_a_key_nothing_is_made_and_what_was_made_is_still_there(alder: World) -> None:
    made, unmade = issued(alder), issued(alder)
    token = enveloped.token(alder.context, made)
    alder.context.keyring.destroy(made.credential.key_id)

    again = enveloped.token(alder.context, badge_of(alder, made.credential.public_id))
    with pytest.raises(KeyUnavailable):
        enveloped.token(alder.context, unmade)

    assert again == token


def test_of_two_different_tokens_the_first_is_kept_and_both_get_it(alder: World) -> None:
    badge = issued(alder)

    def stored(token: str) -> str | None:
        with alder.context.database.write.begin() as session:
            return credentials.envelop(session, alder.tenant.id, badge.credential.id, token)

    assert [stored("first"), stored("second")] == ["first", "first"]
    assert badge_of(alder, badge.credential.public_id).credential.enveloped == "first"


def test_who_signed_with_another_key_gets_the_token_that_was_stored_first(alder: World) -> None:
    badge = issued(alder)
    first = enveloped.token(alder.context, badge)
    keys.rotate(alder.context, alder.tenant)
    keys.retire(alder.context, alder.tenant, badge.credential.key_id)

    late = enveloped.token(alder.context, badge)  # as it was read before there was a token

    assert badge.credential.enveloped is None
    assert late == first


def test_a_badge_that_is_erased_while_its_token_is_made_is_gone(alder: World) -> None:
    badge = issued(alder)
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, badge.credential.id)
        assert row is not None
        row.erased_at = alder.clock.now

    with pytest.raises(Erased):
        enveloped.token(alder.context, badge)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-4] + "AAAA",
        lambda text: text.replace(".", "", 1),
        lambda text: text[:200] + text[204:],
    ],
)
def test_a_damaged_token_is_not_served(alder: World, damage: Callable[[str], str]) -> None:
    badge = issued(alder)
    token = enveloped.token(alder.context, badge)
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, badge.credential.id)
        assert row is not None
        row.enveloped = damage(token)

    with pytest.raises(Damaged):
        enveloped.token(alder.context, badge_of(alder, badge.credential.public_id))


def test_another_badges_token_is_not_served_for_it(alder: World) -> None:
    badge, other = issued(alder), issued(alder)
    strange = enveloped.token(alder.context, other)
    with alder.context.database.write.begin() as session:
        row = session.get(Credential, badge.credential.id)
        assert row is not None
        row.enveloped = strange

    with pytest.raises(Damaged):
        enveloped.token(alder.context, badge_of(alder, badge.credential.public_id))


def test_a_token_of_an_expired_badge_is_made_and_says_so(alder: World) -> None:
    alder.publish(validity={"for": "P1Y"})
    badge = issued(alder)
    alder.clock.now += timedelta(days=800)

    token = enveloped.token(alder.context, badge)

    assert alder.verify(token).result == "expired"
