"""The people of an embedded server: an owner with random secrets in a file only its user can read, and annotators."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from argilla_server.constants import DEFAULT_API_KEY
from argilla_server.contexts import accounts
from argilla_server.database import AsyncSessionLocal
from argilla_server.models import User, UserRole, Workspace, WorkspaceUser
from sqlalchemy.ext.asyncio import AsyncSession

from alignment.argilla_server.secrets_file import write_secret

OWNER = "imbik"
CREDENTIALS = "credentials.json"
_PASSWORD_BYTES = 12  # 16 letters to type; Argilla wants 8 at least
_KEY_BYTES = 48


async def set_up_people(home: Path, url: str, workspace: str, annotators: Sequence[str], *, new_passwords: bool) -> dict[str, str]:
    """Return the new passwords by annotator; one who has a password already is not in it, unless `new_passwords`. Raises RuntimeError for default credentials."""
    async with AsyncSessionLocal() as db:
        if await accounts.get_user_by_api_key(db, DEFAULT_API_KEY) is not None:
            raise RuntimeError(
                f"{home} holds a user with Argilla's default key, which everyone knows: delete that user or take another folder"
            )
        room = await Workspace.get_by(db, name=workspace) or await Workspace.create(db, name=workspace)
        await _owner(db, home, url)
        made: dict[str, str] = {}
        for name in annotators:
            password = await _annotator(db, room, name, new_passwords=new_passwords)
            if password:
                made[name] = password
        return made


async def _owner(db: AsyncSession, home: Path, url: str) -> None:
    """The file is written before the account: a crash between the two leaves a file that the next start makes true."""
    path = home / CREDENTIALS
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    user = await accounts.get_user_by_username(db, OWNER)
    if user is None or not known.get("password"):
        known = {"username": OWNER, "password": secrets.token_urlsafe(_PASSWORD_BYTES), "api_key": secrets.token_urlsafe(_KEY_BYTES)}
    write_secret(path, json.dumps(known | {"url": url}, indent=2) + "\n")
    values = {"api_key": known["api_key"], "password_hash": accounts.hash_password(known["password"])}
    if user is None:
        await User.create(db, first_name=OWNER, username=OWNER, role=UserRole.owner, **values)
    elif user.api_key != known["api_key"]:
        await user.update(db, **values)


async def _annotator(db: AsyncSession, workspace: Workspace, name: str, *, new_passwords: bool) -> str:
    user = await accounts.get_user_by_username(db, name)
    password = "" if user is not None and not new_passwords else secrets.token_urlsafe(_PASSWORD_BYTES)
    if user is not None and user.role != UserRole.annotator:
        raise RuntimeError(f"{name} is no annotator but {user.role.value}: take another name")
    if user is None:
        user = await User.create(
            db, first_name=name, username=name, role=UserRole.annotator, password_hash=accounts.hash_password(password)
        )
    elif password:
        await user.update(db, password_hash=accounts.hash_password(password))
    if await WorkspaceUser.get_by(db, workspace_id=workspace.id, user_id=user.id) is None:
        await WorkspaceUser.create(db, workspace_id=workspace.id, user_id=user.id)
    return password
