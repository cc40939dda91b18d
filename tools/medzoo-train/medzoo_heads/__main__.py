"""`medzoo-train` and `python -m medzoo_heads`."""

from __future__ import annotations

import sys

from .command import limit_threads, read_settings
from .errors import TrainError


def main(arguments: list[str] | None = None) -> int:
    try:
        settings, threads = read_settings(arguments)
        limit_threads(threads)
        # JAX is loaded with it, and must find its threads set.
        from .run import run

        run(settings)
    except TrainError as error:
        print(f"medzoo-train: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("medzoo-train: stopped; nothing was written.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
