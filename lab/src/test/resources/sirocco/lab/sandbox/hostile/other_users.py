# ends: EXITED refused
for number in (1, 1000, 65534):
    attempt(lambda: os.setuid(number))
    attempt(lambda: os.setgid(number))
attempt(lambda: os.setgroups([0]))
os.setuid(0)
attempt(lambda: open("/etc/shadow"))
