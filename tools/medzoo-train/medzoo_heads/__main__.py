"""`medzoo-train` and `python -m medzoo_heads`."""

from __future__ import annotations

import sys
import time

from .command import limit_threads, read_settings
from .errors import TrainError

#: Loading JAX counts, too.
BEGAN = time.monotonic()


def main(arguments: list[str] | None = None) -> int:
    began = BEGAN if arguments is None else time.monotonic()
    try:
        settings, threads = read_settings(arguments)
        limit_threads(threads)
        # JAX is loaded with it, and must find its threads set.
        from .run import run

        run(settings, began)
    except TrainError as error:
        print(f"medzoo-train: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("medzoo-train: stopped; nothing was written.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
