import os
import sys

canary, parent, port, unix = sys.stdin.read().split()


def attempt(action):
    """Does what must not work."""
    try:
        result = action()
    except (OSError, RuntimeError, ValueError, OverflowError) as refusal:
        print("refused", type(refusal).__name__, refusal)
    else:
        print("HARM", result)


