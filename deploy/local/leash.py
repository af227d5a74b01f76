"""Run a program that ends when its parent ends. Run by path, before it becomes the program: standard library only.

    python -I -S leash.py PARENT SIGNAL UID:GID|- PROGRAM [ARGUMENT...]

Linux forgets the death signal when the user id changes, and keeps it across exec: hence this order (id, signal, exec),
and a small program of its own instead of code between fork and exec in a process that has threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(parent: str, signal: str, account: str, *command: str) -> None:
    if account != "-":
        uid, gid = (int(part) for part in account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0) != 0:
        sys.exit("prctl refused the death signal; the embedded stack needs Linux")
    if os.getppid() != int(parent):  # the parent ended before the signal was set
        sys.exit("the process that asked for this server has ended")
    os.execv(command[0], command)  # noqa: S606 - becoming the program, without a shell, is the point


if __name__ == "__main__":
    main(*sys.argv[1:])
