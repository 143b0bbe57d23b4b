# ends: EXITED refused
for path in ("/x", "/usr/x", "/bin/sh", "/etc/passwd", "/program/program.py", "/root/x", canary,
    canary + "/x", sys.executable, os.__file__, "/proc/x", "/dev/x", "/dev/sda", "/dev/vda"):
    attempt(lambda: open(path, "a"))
