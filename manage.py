#!/usr/bin/env python3
"""Django's command line; a setting that makes no sense ends it with a sentence."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zohoportal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Zoho Portal cannot start. {error}")


if __name__ == "__main__":
    main()
