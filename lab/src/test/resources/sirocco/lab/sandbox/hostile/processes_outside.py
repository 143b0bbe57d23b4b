# ends: EXITED refused
if len([name for name in os.listdir("/proc") if name.isdigit()]) > 6:
    print("HARM", os.listdir("/proc"))
for name in ("cmdline", "mem", "fd/1", "root/etc/passwd", "cwd"):
    attempt(lambda: open("/proc/" + parent + "/" + name))
for name in ("mem", "root/etc/passwd", "cwd/x"):
    attempt(lambda: open("/proc/1/" + name))
