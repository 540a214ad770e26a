"""Tokens signed by a key of this installation's own: for local use, where nobody else issues them."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import jwt
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.private_files import NotPrivate, check_private, make_private_folder
from services.identity.callers import (
    MAX_TOKEN,
    REQUIRED_CLAIMS,
    Caller,
    ExpiredToken,
    InvalidToken,
    caller_of,
    person_of,
)
from services.kit import clock
from services.kit.ids import new_id

log = structlog.get_logger()

KEY_FILE = "signing.key"
LIFETIME = timedelta(days=7)
_NAME = "foothold"  # issuer and audience
_ALGORITHM = "EdDSA"


class SigningKeyError(Exception):
    """The key file holds no Ed25519 key, may be somebody else's, or is missing where none is to be made."""


class LocalIdentity:
    """Issues and checks tokens with the key in ``directory``.

    Unless ``make`` is false, the key is made when there is none. Raises ``SigningKeyError`` or ``OSError``.
    """

    def __init__(self, directory: Path, *, make: bool = True) -> None:
        self._key = _load(directory / KEY_FILE, make=make)
        self._public = self._key.public_key()

    def issue(self, user_id: str, lifetime: timedelta = LIFETIME) -> str:
        """A token for the person. Raises ``ValueError`` when the id could be nobody's."""
        person = person_of(user_id)
        if person is None:
            raise ValueError("A user id has 1 to 255 printable characters.")
        moment = clock.now()
        claims = {
            "sub": person,
            "iss": _NAME,
            "aud": _NAME,
            # With its fraction, so that it can be told whether something was revoked before or after.
            "iat": moment.timestamp(),
            "exp": moment + lifetime,
            "jti": new_id(),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    async def authenticate(self, token: str) -> Caller:
        """Raises ``Unauthenticated``."""
        if len(token) > MAX_TOKEN:
            raise InvalidToken
        try:
            claims = jwt.decode(
                token,
                self._public,
                algorithms=[_ALGORITHM],
                audience=_NAME,
                issuer=_NAME,
                options={"require": REQUIRED_CLAIMS},
            )
        except jwt.ExpiredSignatureError:
            raise ExpiredToken from None
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise InvalidToken from None
        return caller_of(claims)

    async def aclose(self) -> None:
        """Nothing is held."""


def _load(path: Path, *, make: bool) -> Ed25519PrivateKey:
    try:
        if make:
            make_private_folder(path.parent)
        if not path.exists():
            if not make:
                raise SigningKeyError(
                    f"There is no signing key in {path.parent.absolute()}. `foothold serve` makes one: run this "
                    "in the same folder, or set FOOTHOLD_DATA to the server's."
                )
            _make(path)
        check_private(path.parent)
        check_private(path)  # who can write the key can sign tokens
    except NotPrivate as error:
        raise SigningKeyError(str(error)) from None
    if os.name == "posix" and path.stat().st_mode & 0o077:
        log.warning("identity.key_file_exposed", hint="only its owner should read it: chmod 600")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(
            f"{path.absolute()} holds no Ed25519 key. Remove it to get a new one; old tokens end."
        )
    return key


def _make(path: Path) -> None:
    """Write a key completely, then give it its name unless another process has: nobody sees half a key."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{KEY_FILE}.")  # readable by its owner only
    draft = Path(name)
    try:
        os.fchmod(handle, 0o600)  # mkstemp heeds the umask
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
