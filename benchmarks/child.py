"""`child.py RESULT COMMAND…`: run a program, and write seconds, processor seconds, peak kB and exit status.

A process of its own, and a small one: Linux counts the memory of whoever starts a program as the program's.
"""

import os
import sys
import time

started = time.perf_counter()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(process, 0)
took = time.perf_counter() - started
with open(sys.argv[1], "w", encoding="ascii") as result:  # noqa: PTH123
    print(took, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status), file=result)
