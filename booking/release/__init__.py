"""The one way a freed place goes: to the first in order, for a while, or to everybody."""
