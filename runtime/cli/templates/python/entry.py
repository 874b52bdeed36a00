"""The module that is built: prepares the interpreter, then imports app.py."""

import interpreter  # isort: skip
from app import WitWorld
