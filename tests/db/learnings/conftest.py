"""The world of these tests."""

from tests.support.learning_world import world

__all__ = ["world"]
