"""Zoho Portal. Whatever a process of it writes is for its own account alone."""

import os

# Here, because every process passes here before it writes anything.
os.umask(0o077)
