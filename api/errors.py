"""What can go wrong at the command line, and the exit codes.

    click.ClickException
    └── CommandError          data or files that the user can mend (3)
        └── WrongUsageError   the call itself is wrong (2)

Exit codes: 0 fine · 1 a finding (a scenario disagrees, a leak) · 2 wrong usage · 3 data or files ·
130 interrupted.
"""

from __future__ import annotations

import click

EXIT_FINDING, EXIT_USAGE, EXIT_DATA, EXIT_INTERRUPTED = 1, 2, 3, 130


class CommandError(click.ClickException):
    """Something the user can mend: the message says what is wrong and what to do."""

    exit_code = EXIT_DATA


class WrongUsageError(CommandError):
    """The command was called in a way that cannot be meant."""

    exit_code = EXIT_USAGE
