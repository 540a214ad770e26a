"""Who a caller is."""

from dataclasses import dataclass
from datetime import datetime

from services.ids import profile_id_of


@dataclass(frozen=True, slots=True)
class Caller:
    """A known person. ``expires_at`` is when the token ends."""

    user_id: str
    expires_at: datetime

    @property
    def profile_id(self) -> str:
        """The id of the caller's one profile, whether or not it exists yet."""
        return profile_id_of(self.user_id)
