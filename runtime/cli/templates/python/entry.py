"""What is built: app.py, by an interpreter that was prepared before it."""

import interpreter  # isort: skip
from app import WitWorld
