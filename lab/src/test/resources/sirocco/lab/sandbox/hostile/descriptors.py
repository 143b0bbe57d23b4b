# ends: EXITED refused
if set(os.listdir("/proc/self/fd")) - {"0", "1", "2", "3"}:
    print("HARM", os.listdir("/proc/self/fd"))
for number in range(3, 1024):
    attempt(lambda: os.fstat(number))
